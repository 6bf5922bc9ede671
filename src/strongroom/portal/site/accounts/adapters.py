"""What sign-in asks us: may this account sign in, and where are its secrets kept?"""

import base64
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.contrib import messages
from django.contrib.auth import password_validation
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from strongroom.portal.site.accounts.models import Account
from strongroom.portal.site.accounts.records import enter_refusal, settle_credentials
from strongroom.portal.site.accounts.second_factor import agree
from strongroom.portal.site.serving_home import the_home

_CONTEXT = "second-factor"


class AccountAdapter(DefaultAccountAdapter):
    """Accounts are made by invitation, and work only with the credentials that the ledger's state has."""

    def is_open_for_signup(self, _request: HttpRequest) -> bool:
        """Return False: people are invited."""
        return False

    def pre_login(self, request: HttpRequest, user: Account, **kwargs: Any) -> HttpResponse | None:
        """Refuse an account whose secrets are not those on record."""
        if not agree(user):
            enter_refusal(user)
            messages.error(request, "Sign-in failed. Ask a custodian for a new link.")
            return HttpResponseRedirect(reverse("account_login"))
        return super().pre_login(request, user, **kwargs)

    def set_password(self, user: Account, password: str) -> None:
        """Store a new password and enter it as a credential."""
        user.set_password(password)
        settle_credentials(user, save=True)

    def reauthenticate(self, user: Account, password: str) -> bool:
        """Return whether this is the password of the person who is signed in."""
        return user.check_password(password)

    def clean_password(self, password: str, user: Account | None = None) -> str:
        """Return a password that is long and uncommon enough."""
        password_validation.validate_password(password, user)
        return password

    def send_notification_mail(self, *_args: Any, **_kwargs: Any) -> None:
        """Send none: people are told in their inbox, when the act is entered."""


class SecondFactorAdapter(DefaultMFAAdapter):
    """Keeps the secrets of second factors encrypted under the home's master key."""

    def encrypt(self, text: str) -> str:
        """Return the secret as the database keeps it."""
        return base64.b64encode(the_home().keys.wrap(text.encode(), context=_CONTEXT)).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Return the secret."""
        return the_home().keys.unwrap(base64.b64decode(encrypted_text), context=_CONTEXT).decode()

    def get_totp_label(self, user: Account) -> str:
        """Return what an authenticator app shows beside the code."""
        return user.email

    def can_delete_authenticator(self, authenticator: Any) -> bool:
        """Return False for the last one: nobody goes without a second factor."""
        others = type(authenticator).objects.filter(user=authenticator.user).exclude(pk=authenticator.pk)
        return bool(others.exclude(type="recovery_codes").exists())
