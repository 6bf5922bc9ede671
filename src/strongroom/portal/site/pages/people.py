"""People and institutions: inviting, vetting, roles, suspension; and each person's own page."""

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST

from strongroom.errors import UsageError
from strongroom.portal.people import institutions, persons, roles, standing, tokens
from strongroom.portal.people.access import Audience, page
from strongroom.portal.people.models import Institution, Person, Role, RoleRequest
from strongroom.portal.people.notices import read_notices
from strongroom.portal.site.serving_home import the_home

_STAFF = (Role.CUSTODIAN, Role.COMMITTEE, Role.CHECKER, Role.AUDITOR)
_FIRST_ROLES = [(role.value, role.title) for role in Role if role is not Role.CUSTODIAN]


class InviteForm(forms.Form):
    """Somebody new."""

    name = forms.CharField(max_length=200)
    email = forms.EmailField(label="E-mail address")
    institution = forms.ModelChoiceField(
        Institution.objects.order_by("name"), required=False, help_text="Researchers belong to one."
    )
    roles = forms.MultipleChoiceField(choices=_FIRST_ROLES, widget=forms.CheckboxSelectMultiple)


class InstitutionForm(forms.Form):
    """An institution to register."""

    name = forms.CharField(max_length=200)
    country = forms.CharField(min_length=2, max_length=2, help_text="Two letters, such as GB.")
    jurisdiction = forms.CharField(
        required=False, max_length=100, help_text="For example: England and Wales."
    )


class VettingForm(forms.Form):
    """How somebody was identified."""

    evidence = forms.CharField(help_text="Which documents or people confirmed identity and affiliation.")
    expires_on = forms.DateField(label="Counts until", widget=forms.DateInput(attrs={"type": "date"}))


class TrainingForm(forms.Form):
    """A course that was passed."""

    course = forms.CharField(max_length=200)
    provider = forms.CharField(max_length=200)
    certificate = forms.CharField(max_length=200, required=False)
    passed_on = forms.DateField(widget=forms.DateInput(attrs={"type": "date"}))
    expires_on = forms.DateField(widget=forms.DateInput(attrs={"type": "date"}))


class TokenForm(forms.Form):
    """A token for a program."""

    name = forms.CharField(max_length=100, help_text="Which program uses it.")
    scopes = forms.MultipleChoiceField(
        choices=[(scope.value, scope.value) for scope in tokens.Scope], widget=forms.CheckboxSelectMultiple
    )
    days = forms.IntegerField(min_value=1, max_value=tokens.LIMITS.most_days, initial=90)


@page(*_STAFF)
def people(request: HttpRequest) -> HttpResponse:
    """List people, filtered by role and a part of their name."""
    text, role = request.GET.get("q", ""), request.GET.get("role", "")
    found = Person.objects.select_related("institution").prefetch_related("grants", "trainings", "vettings")
    rows = [
        {"person": each, "trained": standing.trained_until(each), "vetted": standing.vetted_until(each)}
        for each in found.filter(name__icontains=text).order_by("name")
        if not role or role in each.roles
    ]
    values = {
        "rows": rows,
        "roles": [(each.value, each.title) for each in Role],
        "role": role,
        "q": text,
        "today": the_home().clock().date(),
        "requests": RoleRequest.objects.filter(decided_at=None).select_related("person"),
        "may_manage": request.person.has(Role.CUSTODIAN),
    }
    return render(request, "people/list.html", values)


@page(*_STAFF)
def person(request: HttpRequest, handle: str) -> HttpResponse:
    """Show a person: roles, standing, projects; a custodian changes them here."""
    found = persons.find_person(handle)
    today = the_home().clock().date()
    year = {"expires_on": today + timedelta(days=365)}
    values = {
        "someone": found,
        "today": today,
        "memberships": found.memberships.filter(ended_at=None).select_related("application"),
        "missing": standing.missing_standing(the_home(), found),
        "vetting_form": VettingForm(initial=year),
        "training_form": TrainingForm(initial={"passed_on": today, **year}),
        "free_roles": [role for role in Role if role not in found.roles],
        "may_manage": request.person.has(Role.CUSTODIAN),
    }
    return render(request, "people/person.html", values)


@page(Role.CUSTODIAN)
def invite(request: HttpRequest) -> HttpResponse:
    """Invite somebody; their link is shown once."""
    form = InviteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        asked = form.cleaned_data
        made, secret = persons.invite(
            the_home(), name=asked["name"], email=asked["email"], institution=asked["institution"],
            roles=[Role(each) for each in asked["roles"]], by=request.person,
        )  # fmt: skip
        return _link(request, made, secret)
    return render(request, "people/invite.html", {"form": form})


@page(Role.CUSTODIAN)
@require_POST
def change(request: HttpRequest, handle: str, verb: str) -> HttpResponse:
    """Do what a custodian does with a person."""
    found, home, by, asked = persons.find_person(handle), the_home(), request.person, request.POST
    match verb:
        case "suspend":
            persons.suspend_person(home, person=found, reason=asked.get("reason", ""), by=by)
        case "reinstate":
            persons.reinstate_person(home, person=found, reason=asked.get("reason", ""), by=by)
        case "grant":
            roles.grant_role(home, person=found, role=_role(asked.get("role", "")), by=by)
        case "end-role":
            roles.end_role(home, person=found, role=_role(asked.get("role", "")), by=by)
        case "vet":
            standing.record_vetting(home, person=found, by=by, **_cleaned(VettingForm(asked)))
        case "train":
            standing.record_training(home, person=found, by=by, **_cleaned(TrainingForm(asked)))
        case "link":
            return _link(request, found, persons.new_link(home, person=found, by=by))
        case _:
            raise UsageError(f"There is no such action: {verb}.")
    messages.success(request, "Done; it is on the record.")
    return HttpResponseRedirect(reverse("people:person", args=[handle]))


@page(Role.CUSTODIAN)
@require_POST
def decide(request: HttpRequest, number: int) -> HttpResponse:
    """Grant or refuse a custodian's role that another custodian asked for."""
    asked = RoleRequest.objects.filter(pk=number).first()
    if asked is None:
        raise UsageError("There is no such request.")
    roles.decide_custodian(
        the_home(), request=asked, grant=request.POST.get("grant") == "1", by=request.person
    )
    return HttpResponseRedirect(reverse("people:list"))


@page(*_STAFF)
def all_institutions(request: HttpRequest) -> HttpResponse:
    """List institutions, and register one."""
    form = InstitutionForm(request.POST or None)
    may_manage = request.person.has(Role.CUSTODIAN)
    if request.method == "POST" and form.is_valid():
        institutions.register_institution(the_home(), by=request.person, **form.cleaned_data)
        return HttpResponseRedirect(reverse("people:institutions"))
    found = Institution.objects.prefetch_related("people", "projects").order_by("name")
    values = {"institutions": found, "form": form, "may_manage": may_manage}
    return render(request, "people/institutions.html", values)


@page(Role.CUSTODIAN)
@require_POST
def change_institution(request: HttpRequest, number: int, verb: str) -> HttpResponse:
    """Vet, suspend or ban an institution."""
    verbs = {
        "vet": institutions.vet_institution,
        "suspend": institutions.suspend_institution,
        "ban": institutions.ban_institution,
    }
    if verb not in verbs:
        raise UsageError(f"There is no such action: {verb}.")
    found = institutions.find_institution(number)
    verbs[verb](the_home(), institution=found, reason=request.POST.get("reason", ""), by=request.person)
    messages.success(request, "Done; it is on the record.")
    return HttpResponseRedirect(reverse("people:institutions"))


@page(Audience.SIGNED_IN)
def account(request: HttpRequest) -> HttpResponse:
    """Show one's own account: roles, standing, factors, tokens and messages."""
    form, secret = TokenForm(request.POST or None), ""
    if request.method == "POST" and form.is_valid():
        asked = form.cleaned_data
        _, secret = tokens.make_token(
            the_home(), name=asked["name"], scopes=[tokens.Scope(each) for each in asked["scopes"]],
            days=asked["days"], by=request.person,
        )  # fmt: skip
    notices = list(request.person.notices.all()[:50])
    read_notices(the_home(), request.person)
    values = {
        "form": TokenForm() if secret else form,
        "secret": secret,
        "notices": notices,
        "tokens": request.person.tokens.filter(revoked_at=None, expires_at__gt=the_home().clock()),
        "missing": standing.missing_standing(the_home(), request.person),
        "someone": request.person,
    }
    return render(request, "people/account.html", values)


@page(Audience.SIGNED_IN)
@require_POST
def revoke_token(request: HttpRequest, number: int) -> HttpResponse:
    """Revoke one of one's own tokens."""
    tokens.revoke_token(the_home(), number=number, by=request.person)
    return HttpResponseRedirect(reverse("account"))


def _link(request: HttpRequest, made: Person, secret: str) -> HttpResponse:
    link = request.build_absolute_uri(reverse("join", args=[secret]))
    return render(request, "people/link.html", {"someone": made, "link": link})


def _role(value: str) -> Role:
    try:
        return Role(value)
    except ValueError as error:
        raise UsageError(f"There is no role {value!r}.") from error


def _cleaned(form: forms.Form) -> dict[str, Any]:
    if not form.is_valid():
        wrong = "; ".join(f"{name}: {errors[0]}" for name, errors in form.errors.items())
        raise UsageError(f"The form is incomplete: {wrong}")
    return dict(form.cleaned_data)
