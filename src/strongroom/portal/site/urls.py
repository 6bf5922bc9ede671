"""The site's addresses."""

from allauth.account import views as account
from django.urls import include, path

from strongroom.portal.site.accounts.pages import join
from strongroom.portal.site.pages.today import today

urlpatterns = [
    path("", today, name="today"),
    path("account/login/", account.login, name="account_login"),
    path("account/logout/", account.logout, name="account_logout"),
    path("account/inactive/", account.account_inactive, name="account_inactive"),
    path("account/reauthenticate/", account.reauthenticate, name="account_reauthenticate"),
    path("account/password/", account.password_change, name="account_change_password"),
    path("account/2fa/", include("allauth.mfa.urls")),
    path("join/<str:token>/", join, name="join"),
]
handler404 = "strongroom.portal.site.pages.failures.not_found"
handler403 = "strongroom.portal.site.pages.failures.denied"
handler500 = "strongroom.portal.site.pages.failures.broken"
