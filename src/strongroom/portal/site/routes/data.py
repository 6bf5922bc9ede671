"""Addresses of the data room."""

from django.urls import path

from strongroom.portal.site.pages import data

app_name = "data"
urlpatterns = [path("", data.cohorts, name="cohorts"), path("<slug:name>/", data.cohort, name="cohort")]
