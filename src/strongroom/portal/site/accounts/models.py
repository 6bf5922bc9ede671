"""Accounts: what a person signs in with."""

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.hashers import check_password
from django.db import models
from django.utils.crypto import salted_hmac

from strongroom.portal.people.models import Person


class Account(AbstractBaseUser):
    """A person's password. Its row is not state: it works only while the person's credentials match it."""

    recorded = False
    last_login = None

    person = models.OneToOneField(Person, on_delete=models.PROTECT, related_name="account")
    email = models.EmailField(unique=True)

    objects: ClassVar[BaseUserManager] = BaseUserManager()
    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    def __str__(self) -> str:
        return str(self.person)

    @property
    def is_active(self) -> bool:
        """Whether the person may sign in."""
        return bool(self.person.active)

    @property
    def is_staff(self) -> bool:
        """Nobody has rights by their account: they come from roles."""
        return False

    def check_password(self, raw_password: str) -> bool:
        """Return whether this is the password; a stored hash is never rewritten on the way."""
        return bool(check_password(raw_password, self.password))

    def _get_session_auth_hash(self, secret: Any = None) -> str:
        """Return what a session keeps: it ends with the password, or with a change of the person's rights."""
        bound = f"{self.password}:{self.person.session_epoch}"
        return str(
            salted_hmac("strongroom.site.session", bound, secret=secret, algorithm="sha256").hexdigest()
        )
