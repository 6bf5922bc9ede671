"""What sign-in writes into the ledger: attempts, new and ended credentials, sign-outs."""

import ipaddress
from typing import Any

from allauth.account.signals import password_changed
from allauth.core.internal.httpkit import get_client_ip
from allauth.mfa.signals import (
    authentication_failed,
    authenticator_added,
    authenticator_removed,
    authenticator_reset,
)
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.dispatch import receiver
from django.http import HttpRequest

from strongroom.portal.acts.transactions import act
from strongroom.portal.people.models import Credential
from strongroom.portal.site.accounts.models import Account
from strongroom.portal.site.accounts.second_factor import ENROLLED, secrets_of
from strongroom.portal.site.serving_home import the_home

SIGN_IN = "strongroom (sign-in)"
"""Who acts while nobody is signed in."""
_NETWORKS = {4: 24, 6: 48}  # fixed: what one site usually has; single addresses are not kept


def settle_credentials(account: Account, *, save: bool = False) -> None:
    """Make the person's credentials those of the account, in one act; with `save`, store the account too."""
    home = the_home()
    with act(home, by=account.person.handle) as record:
        if save:
            account.save()
        held = set(secrets_of(account))
        live = list(Credential.objects.filter(person=account.person, ended_at=None))
        for credential in live:
            if (credential.kind, credential.digest) not in held:
                credential.ended_at = home.clock()
                credential.save()
                record("credential.ended", account.person.handle, factor=credential.kind)
        for kind, digest in sorted(held - {(each.kind, each.digest) for each in live}):
            Credential(person=account.person, kind=kind, digest=digest, added_at=home.clock()).save()
            record("credential.added", account.person.handle, factor=kind)
        record("credentials.checked", account.person.handle, factors=len(held))


def enter_refusal(account: Account) -> None:
    """Enter that an account's secrets contradict the person's credentials."""
    with act(the_home(), by=SIGN_IN) as record:
        record("person.credentials-contradict", account.person.handle)


@receiver((authenticator_added, authenticator_removed, authenticator_reset))
def _factor_changed(request: HttpRequest, user: Account, **_kwargs: Any) -> None:
    settle_credentials(user)
    request.session[ENROLLED] = True


@receiver(password_changed)
def _password_changed(user: Account, **_kwargs: Any) -> None:
    settle_credentials(user)


@receiver(user_logged_in)
def _signed_in(request: HttpRequest, user: Account, **_kwargs: Any) -> None:
    with act(the_home(), by=user.person.handle) as record:
        record("person.signed-in", user.person.handle, network=network_of(request))


@receiver(user_logged_out)
def _signed_out(user: Account | None, **_kwargs: Any) -> None:
    if user is not None:
        with act(the_home(), by=user.person.handle) as record:
            record("person.signed-out", user.person.handle)


@receiver(user_login_failed)
def _failed(credentials: dict[str, Any], request: HttpRequest | None = None, **_kwargs: Any) -> None:
    account = Account.objects.filter(email__iexact=credentials.get("email", "")).first()
    handle = account.person.handle if account else "unknown"
    with act(the_home(), by=SIGN_IN) as record:
        record("person.sign-in-failed", handle, network=network_of(request))


@receiver(authentication_failed)
def _factor_failed(request: HttpRequest, user: Account, **_kwargs: Any) -> None:
    with act(the_home(), by=SIGN_IN) as record:
        record("person.second-factor-failed", user.person.handle, network=network_of(request))


def network_of(request: HttpRequest | None) -> str:
    """Return the network a request came from, without the host's part; "" if it is unknown."""
    try:
        address = ipaddress.ip_address((get_client_ip(request) if request else None) or "")
    except ValueError:
        return ""
    return str(ipaddress.ip_network((address, _NETWORKS[address.version]), strict=False))
