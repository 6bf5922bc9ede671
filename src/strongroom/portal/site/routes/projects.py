"""Addresses of the projects room."""

from django.urls import path

from strongroom.portal.site.pages import projects

app_name = "projects"
urlpatterns = [
    path("", projects.projects, name="list"),
    path("new/", projects.new, name="new"),
    path("<int:number>/", projects.application, name="application"),
    path("<int:number>/<slug:verb>/", projects.change, name="change"),
]
