"""Which of an account's secrets are the person's own: those whose digests the ledger's state has."""

from collections.abc import Iterator

from allauth.mfa.models import Authenticator

from strongroom.canonical import digest
from strongroom.portal.people.models import Credential
from strongroom.portal.site.accounts.models import Account

ENROLLED = "second_factor_set_up"
_STABLE = {"totp": "secret", "webauthn": "credential", "recovery_codes": "seed"}
KINDS = {"totp": "totp", "webauthn": "webauthn", "recovery_codes": "recovery"}


def secrets_of(account: Account) -> Iterator[tuple[str, str]]:
    """Yield kind and digest of each secret that the account's rows hold."""
    if account.has_usable_password():
        yield "password", digest(account.password)
    for authenticator in Authenticator.objects.filter(user=account):
        yield KINDS[authenticator.type], digest_of(authenticator)


def digest_of(authenticator: Authenticator) -> str:
    """Return the digest of the part of an authenticator that does not change when it is used."""
    return digest(authenticator.data[_STABLE[authenticator.type]])


def agree(account: Account) -> bool:
    """Return whether the account's secrets are exactly the person's credentials."""
    live = Credential.objects.filter(person=account.person, ended_at=None)
    return sorted(secrets_of(account)) == sorted((each.kind, each.digest) for each in live)
