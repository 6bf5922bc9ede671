"""The workspace: jobs beside a project's view, and the sessions that are open."""

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST

from strongroom.portal.enclave import orders
from strongroom.portal.enclave.jobs import LIMITS as JOB_LIMITS
from strongroom.portal.enclave.models import JobOrder, Session
from strongroom.portal.enclave.sessions import end_session
from strongroom.portal.outputs.job_account import summary
from strongroom.portal.outputs.submissions import open_submission
from strongroom.portal.people.access import page
from strongroom.portal.people.models import Role
from strongroom.portal.projects.membership import get_project_for, projects_for
from strongroom.portal.site.serving_home import the_home

_MOST = 100  # fixed: rows of a page
SCRIPT_BYTES = JOB_LIMITS.script_bytes
_OPEN = (Session.State.RUNNING, Session.State.HELD)


class JobForm(forms.Form):
    """A script to run."""

    project = forms.ChoiceField()
    file = forms.FileField(
        label="Script", required=False, help_text="A .py, .ipynb or .R file; or write it below."
    )
    script = forms.CharField(widget=forms.Textarea(attrs={"rows": 12, "spellcheck": "false"}), required=False)
    outputs = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 3}),
        required=False,
        help_text="The files below /outputs that may leave, one a line. Not needed on dummy data.",
    )
    seed = forms.IntegerField(min_value=0, initial=0)
    dummy = forms.BooleanField(required=False, label="Run on invented data: what it prints is shown")
    twice = forms.BooleanField(required=False, label="Run twice, and say whether the same bytes come out")

    def clean(self) -> None:
        """Take the script from the file or the text."""
        given = self.cleaned_data.get("file")
        self.cleaned_data["name"] = given.name if given else "analysis.py"
        if given and given.size > SCRIPT_BYTES:
            self.add_error("file", "This is too long for a script.")
        elif given:
            self.cleaned_data["script"] = given.read().decode("utf-8", "replace")
        if not self.cleaned_data.get("script"):
            self.add_error("script", "Choose a file, or write a script.")


@page(Role.RESEARCHER, Role.CUSTODIAN, Role.AUDITOR)
def workspace(request: HttpRequest) -> HttpResponse:
    """List the jobs and sessions of this person's projects."""
    mine = projects_for(request.person)
    found = JobOrder.objects.filter(project__in=mine).select_related("project", "asked_by", "job")
    open_sessions = Session.objects.filter(project__in=mine, state__in=_OPEN).select_related("project")
    values = {
        "orders": found[:_MOST],
        "sessions": open_sessions,
        "queued": JobOrder.objects.filter(state=JobOrder.State.QUEUED).count(),
        "may_run": request.person.has(Role.RESEARCHER),
    }
    return render(request, "workspace/workspace.html", values)


@page(Role.RESEARCHER)
def new(request: HttpRequest) -> HttpResponse:
    """Ask for a job."""
    form = JobForm(request.POST or None, request.FILES or None)
    form.fields["project"].choices = [(each.slug, each.slug) for each in projects_for(request.person)]
    if request.method == "POST" and form.is_valid():
        asked = form.cleaned_data
        order = orders.ask_for_job(
            the_home(), slug=asked["project"], script_name=asked["name"], script=asked["script"],
            outputs=[line.strip() for line in asked["outputs"].splitlines() if line.strip()],
            seed=asked["seed"], twice=asked["twice"], dummy=asked["dummy"], by=request.person,
        )  # fmt: skip
        return HttpResponseRedirect(reverse("workspace:job", args=[order.pk]))
    return render(request, "workspace/new.html", {"form": form})


@page(Role.RESEARCHER)
def job(request: HttpRequest, number: int) -> HttpResponse:
    """Show a job: how far it is, and what its researcher may be told of it."""
    order = orders.get_order_for(request.person, number)
    told = None if order.job is None else summary(order.job)
    values = {
        "order": order,
        "told": told,
        "submissions": [] if order.job is None else order.job.submissions.all(),
    }
    return render(request, "workspace/job.html", values)


@page(Role.RESEARCHER)
@require_POST
def cancel(request: HttpRequest, number: int) -> HttpResponse:
    """Cancel a job that waits."""
    orders.cancel_order(the_home(), order=orders.get_order_for(request.person, number), by=request.person)
    messages.success(request, "The job is cancelled.")
    return HttpResponseRedirect(reverse("workspace:job", args=[number]))


@page(Role.RESEARCHER)
@require_POST
def put_forward(request: HttpRequest, number: int) -> HttpResponse:
    """Make a submission of a job's outputs."""
    order = orders.get_order_for(request.person, number)
    made = open_submission(
        the_home(), slug=order.project.slug, title=f"Outputs of {order.script_name}",
        reason=request.POST.get("reason", ""), by=request.person, job=order.job,
    )  # fmt: skip
    return HttpResponseRedirect(reverse("outputs:submission", args=[made.pk]))


@page(Role.RESEARCHER, Role.CUSTODIAN)
@require_POST
def end(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """End a session, or lift the hold of one."""
    get_project_for(request.person, slug)
    end_session(the_home(), slug=slug, number=number, by=request.person.handle)
    messages.success(request, "The session is told to end.")
    return HttpResponseRedirect(reverse("workspace:workspace"))
