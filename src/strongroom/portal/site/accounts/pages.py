"""Joining by a one-time link, which is also how a lost password or second factor is replaced."""

from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters

from strongroom.portal.people.access import Audience, page
from strongroom.portal.people.invitations import find_invitation, redeem
from strongroom.portal.site.accounts.forms import NewPasswordForm
from strongroom.portal.site.accounts.models import Account
from strongroom.portal.site.accounts.records import settle_credentials
from strongroom.portal.site.serving_home import the_home


@page(Audience.PUBLIC)
@sensitive_post_parameters()
def join(request: HttpRequest, token: str) -> HttpResponse:
    """Choose a password; the second factor is set up after the first sign-in."""
    home = the_home()
    invitation = find_invitation(home, token=token)
    person = invitation.person
    account = Account.objects.filter(person=person).first() or Account(person=person)
    account.email = person.email
    form = NewPasswordForm(request.POST or None, account=account)
    if request.method == "POST" and form.is_valid():
        redeem(home, token=token)
        account.set_password(form.cleaned_data["password"])
        if account.pk:
            # Whoever lost a factor proves themselves to a custodian, who gives them this link.
            Authenticator.objects.filter(user=account).delete()
        settle_credentials(account, save=True)
        messages.success(request, "Your password is set. Sign in with it, then set up your second factor.")
        return HttpResponseRedirect(reverse("account_login"))
    return render(request, "site/join.html", {"form": form, "person": person})
