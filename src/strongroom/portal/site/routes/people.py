"""Addresses of the people room."""

from django.urls import path

from strongroom.portal.site.pages import people

app_name = "people"
urlpatterns = [
    path("", people.people, name="list"),
    path("invite/", people.invite, name="invite"),
    path("institutions/", people.all_institutions, name="institutions"),
    path("institutions/<int:number>/<slug:verb>/", people.change_institution, name="change-institution"),
    path("requests/<int:number>/", people.decide, name="decide"),
    path("<slug:handle>/", people.person, name="person"),
    path("<slug:handle>/<slug:verb>/", people.change, name="change"),
]
