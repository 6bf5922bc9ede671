"""Forms of sign-in."""

from allauth.account.forms import LoginForm
from django import forms
from django.contrib.auth import password_validation

from strongroom.portal.site.accounts.models import Account


class SignInForm(LoginForm):
    """E-mail address and password; a browser is never remembered."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields.pop("remember", None)
        self.fields["login"].label, self.fields["password"].label = "E-mail address", "Password"
        self.fields["password"].help_text = ""
        for field in self.fields.values():
            field.widget.attrs.pop("placeholder", None)


class NewPasswordForm(forms.Form):
    """A password, twice."""

    password = forms.CharField(
        label="New password",
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text="At least 12 characters. A sentence that only you would think of is best.",
    )
    again = forms.CharField(
        label="The same again", widget=forms.PasswordInput(attrs={"autocomplete": "new-password"})
    )

    def __init__(self, *args: object, account: Account, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self._account = account

    def clean_password(self) -> str:
        """Return a password that is good enough."""
        password = str(self.cleaned_data["password"])
        password_validation.validate_password(password, self._account)
        return password

    def clean(self) -> None:
        """Require the same password twice."""
        if self.cleaned_data.get("password") != self.cleaned_data.get("again"):
            self.add_error("again", "The two passwords differ.")
