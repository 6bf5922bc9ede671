"""The site's addresses."""

from allauth.account import views as account
from django.urls import include, path

from strongroom.portal.site.accounts.pages import join
from strongroom.portal.site.api.checks import patterns as api
from strongroom.portal.site.pages.people import account as own_account
from strongroom.portal.site.pages.people import revoke_token
from strongroom.portal.site.pages.register import download_all_data, health, register, search
from strongroom.portal.site.pages.today import today

_ROUTES = "strongroom.portal.site.routes"

urlpatterns = [
    path("", today, name="today"),
    path("account/login/", account.login, name="account_login"),
    path("account/logout/", account.logout, name="account_logout"),
    path("account/inactive/", account.account_inactive, name="account_inactive"),
    path("account/reauthenticate/", account.reauthenticate, name="account_reauthenticate"),
    path("account/password/", account.password_change, name="account_change_password"),
    path("account/2fa/", include("allauth.mfa.urls")),
    path("join/<str:token>/", join, name="join"),
    path("account/", own_account, name="account"),
    path("account/tokens/<int:number>/", revoke_token, name="revoke-token"),
    path("register/", register, name="register"),
    path("search/", search, name="search"),
    path("health/", health, name="health"),
    path("api/v1/", include((api(), "api"))),
    path("api/v1/download_all_data", download_all_data, name="download_all_data"),
    path("people/", include(f"{_ROUTES}.people")),
    path("projects/", include(f"{_ROUTES}.projects")),
    path("data/", include(f"{_ROUTES}.data")),
    path("workspace/", include(f"{_ROUTES}.workspace")),
    path("outputs/", include(f"{_ROUTES}.outputs")),
    path("oversight/", include(f"{_ROUTES}.oversight")),
]
handler404 = "strongroom.portal.site.pages.failures.not_found"
handler403 = "strongroom.portal.site.pages.failures.denied"
handler500 = "strongroom.portal.site.pages.failures.broken"
