"""Addresses of the oversight room."""

from django.urls import path

from strongroom.portal.site.pages import oversight

app_name = "oversight"
urlpatterns = [
    path("", oversight.oversight, name="oversight"),
    path("pause/", oversight.set_pause, name="pause"),
    path("ledger/", oversight.entries, name="entries"),
    path("ledger/verify/", oversight.verify, name="verify"),
    path("ledger/<int:index>/", oversight.entry, name="entry"),
]
