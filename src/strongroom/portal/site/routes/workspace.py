"""Addresses of the workspace."""

from django.urls import path

from strongroom.portal.site.pages import workspace

app_name = "workspace"
urlpatterns = [
    path("", workspace.workspace, name="workspace"),
    path("new/", workspace.new, name="new"),
    path("<int:number>/", workspace.job, name="job"),
    path("<int:number>/cancel/", workspace.cancel, name="cancel"),
    path("<int:number>/put-forward/", workspace.put_forward, name="put-forward"),
    path("sessions/<slug:slug>/<int:number>/end/", workspace.end, name="end"),
]
