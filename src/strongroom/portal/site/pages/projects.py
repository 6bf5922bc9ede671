"""Projects: applications, the committee's votes, signatures, opening and closing."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST

from strongroom.errors import UsageError
from strongroom.portal.data.models import Cohort
from strongroom.portal.data.opening import close_project, open_project, revoke
from strongroom.portal.people.access import page
from strongroom.portal.people.models import Role
from strongroom.portal.projects import applications, committee
from strongroom.portal.projects.agreements import agreement_text, sign, unsigned
from strongroom.portal.projects.application_models import APPLICATION, Application, ProjectRole
from strongroom.portal.site.serving_home import the_home


class OpenForm(forms.Form):
    """The first lines of an application."""

    title = forms.CharField(max_length=200)
    slug = forms.SlugField(
        label="Short name",
        max_length=63,
        help_text="Lower-case letters, digits and dashes, such as heart-risk.",
    )
    cohort = forms.ChoiceField()


class ApplicationForm(forms.Form):
    """What is asked for, and why."""

    title = forms.CharField(max_length=200)
    purpose = forms.CharField(
        widget=forms.Textarea, required=False, help_text="The research question and the methods."
    )
    lay_summary = forms.CharField(
        widget=forms.Textarea,
        required=False,
        help_text="For participants and the public; it goes into the register.",
    )
    outputs = forms.CharField(
        label="Intended outputs",
        widget=forms.Textarea,
        required=False,
        help_text="Tables, figures and models that will leave.",
    )
    funder = forms.CharField(max_length=200, required=False)
    countries = forms.CharField(max_length=200, required=False, help_text="Where members work.")
    columns = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 8}),
        required=False,
        help_text="One a line: the column, a colon, and why it is needed. TABLE.* is a whole event table.",
    )
    where = forms.CharField(
        label="Participants",
        required=False,
        help_text="An SQL condition, such as p21022 >= 50; empty for all.",
    )
    starts_on = forms.DateField(required=False, widget=forms.DateInput(attrs={"type": "date"}))
    ends_on = forms.DateField(required=False, widget=forms.DateInput(attrs={"type": "date"}))
    people = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="One a line: the person's handle, a colon, and 'principal investigator' or 'researcher'.",
    )

    def asked(self, cohort: str) -> applications.Request:
        """Return the request; UsageError for lines that cannot be read."""
        kept = {
            name: self.cleaned_data[name]
            for name in (
                "title",
                "purpose",
                "lay_summary",
                "outputs",
                "funder",
                "countries",
                "where",
                "starts_on",
                "ends_on",
            )
        }
        people = {name: _project_role(role) for name, role in _lines(self.cleaned_data["people"]).items()}
        return applications.Request(
            **kept, cohort=cohort, columns=_lines(self.cleaned_data["columns"]), people=people
        )


@page(*Role)
def projects(request: HttpRequest) -> HttpResponse:
    """List applications and projects."""
    found = applications.applications_for(request.person)
    state = request.GET.get("state", "")
    values = {
        "applications": [each for each in found if not state or each.state == state],
        "states": APPLICATION.names.items(),
        "state": state,
        "may_apply": request.person.has(Role.RESEARCHER),
    }
    return render(request, "projects/list.html", values)


@page(Role.RESEARCHER)
def new(request: HttpRequest) -> HttpResponse:
    """Begin an application."""
    form = OpenForm(request.POST or None)
    form.fields["cohort"].choices = [(each.name, each.name) for each in Cohort.objects.order_by("name")]
    if request.method == "POST" and form.is_valid():
        made = applications.open_application(the_home(), by=request.person, **form.cleaned_data)
        return HttpResponseRedirect(reverse("projects:application", args=[made.pk]))
    return render(request, "projects/new.html", {"form": form})


@page(*Role)
def application(request: HttpRequest, number: int) -> HttpResponse:
    """Show an application: its members edit the draft, others read, vote, sign and open."""
    found = applications.get_application_for(request.person, number)
    member = found.members.filter(person=request.person, ended_at=None).exists()
    if found.state == "draft" and member:
        return _draft(request, found)
    values = {
        "application": found,
        "member": member,
        "members": found.members.filter(ended_at=None).select_related("person__institution"),
        "votes": committee.visible_votes(found, request.person),
        "vote_count": len(committee.votes_of(found)),
        "may_vote": committee.may_vote(found, request.person),
        "to_sign": found.state == "agreement" and request.person in unsigned(found),
        "unsigned": unsigned(found) if found.agreement else [],
        "text": agreement_text(found.agreement) if found.agreement else "",
        "lacks": applications.standing_of(the_home(), found),
        "custodian": request.person.has(Role.CUSTODIAN),
        "may_withdraw": member and APPLICATION.allows(found.state, "withdrawn"),
    }
    return render(request, "projects/application.html", values)


def _draft(request: HttpRequest, found: Application) -> HttpResponse:
    form = ApplicationForm(request.POST or None, initial=_initial(found))
    if request.method == "POST" and form.is_valid():
        found = applications.edit_application(
            the_home(), application=found, request=form.asked(found.cohort_name), by=request.person
        )
        if "submit" in request.POST:
            applications.submit_application(the_home(), application=found, by=request.person)
            messages.success(request, "Submitted to the access committee.")
        else:
            messages.success(request, "The draft is saved.")
        return HttpResponseRedirect(reverse("projects:application", args=[found.pk]))
    votes = found.votes.filter(round=found.round).select_related("person") if found.round else []
    return render(request, "projects/draft.html", {"form": form, "application": found, "votes": votes})


@page(*Role)
@require_POST
def change(request: HttpRequest, number: int, verb: str) -> HttpResponse:
    """Vote, sign, withdraw, open, close or revoke."""
    home, by, asked = the_home(), request.person, request.POST
    found = applications.get_application_for(by, number)
    reason = asked.get("reason", "")
    match verb:
        case "vote":
            committee.vote(
                home, application=found, choice=asked.get("choice", ""), reason=reason,
                conditions=asked.get("conditions", ""), by=by,
            )  # fmt: skip
        case "sign":
            if asked.get("agreed") != "1":
                raise UsageError("Tick that you have read the agreement.")
            sign(home, application=found, by=by)
        case "withdraw":
            applications.withdraw_application(home, application=found, reason=reason, by=by)
        case "open":
            open_project(home, application=found, risk=asked.get("risk", "normal"), by=by)
        case "close":
            close_project(home, application=found, reason=reason, by=by)
        case "revoke":
            revoke(home, application=found, reason=reason, by=by)
        case _:
            raise UsageError(f"There is no such action: {verb}.")
    messages.success(request, "Done; it is on the record.")
    return HttpResponseRedirect(reverse("projects:application", args=[number]))


def _initial(found: Application) -> Mapping[str, Any]:
    names = (
        "title",
        "purpose",
        "lay_summary",
        "outputs",
        "funder",
        "countries",
        "where",
        "starts_on",
        "ends_on",
    )
    members = found.members.filter(ended_at=None).select_related("person")
    return {
        **{name: getattr(found, name) for name in names},
        "columns": "\n".join(f"{each['name']}: {each['reason']}" for each in found.columns),
        "people": "\n".join(f"{each.person.handle}: {each.role}" for each in members),
    }


def _lines(text: str) -> dict[str, str]:
    """Read `name: words`, one a line."""
    pairs = (line.partition(":") for line in text.splitlines() if line.strip())
    return {name.strip(): words.strip() for name, _, words in pairs}


def _project_role(words: str) -> ProjectRole:
    try:
        return ProjectRole(words.lower() or ProjectRole.RESEARCHER.value)
    except ValueError as error:
        raise UsageError(f"{words!r} is no role in a project.", hint="See the field's help.") from error
