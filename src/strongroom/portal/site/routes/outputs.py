"""Addresses of the outputs room."""

from django.urls import path

from strongroom.portal.site.pages import outputs

app_name = "outputs"
urlpatterns = [
    path("", outputs.outputs, name="list"),
    path("new/", outputs.new, name="new"),
    path("<int:number>/", outputs.submission, name="submission"),
    path("<int:number>/files/", outputs.add_file, name="add"),
    path("<int:number>/copies/<int:copy_number>/", outputs.copy, name="copy"),
    path("<int:number>/vote/", outputs.vote, name="vote"),
    path("<int:number>/hand-in/", outputs.hand_in, name="hand-in"),
    path("<int:number>/comment/", outputs.remark, name="comment"),
    path("<int:number>/download/", outputs.fetch, name="fetch"),
    path("<int:number>/<slug:verb>/", outputs.change, name="change"),
]
