"""Downloads of released copies: by members of the project, until they expire; each is an act."""

from strongroom.errors import NotFoundError, RefusedError
from strongroom.portal.acts.transactions import act
from strongroom.portal.home import Home
from strongroom.portal.outputs.checking import RECORD, read_released
from strongroom.portal.outputs.submission_models import Submission
from strongroom.portal.people.models import Person
from strongroom.portal.platform.actions import require_running
from strongroom.portal.projects.actions import require_active
from strongroom.portal.projects.membership import get_own_project


def download(home: Home, *, submission: Submission, name: str, by: Person) -> bytes:
    """Return a released copy, or the disclosure record; RefusedError once it has expired."""
    require_running()
    require_active(get_own_project(by, submission.project.slug))
    if submission.state != "released" or submission.expires_at is None:
        raise RefusedError("Nothing of this submission is released.")
    if submission.expires_at < home.clock():
        raise RefusedError("The download has expired.", hint="Ask a custodian to offer it again.")
    copy = submission.copies.filter(name=name).first()
    if copy is None and name != RECORD:
        raise NotFoundError(f"There is no released file {name!r}.")
    with act(home, by=by.handle) as record:
        record(
            "output.downloaded", submission.project.slug, submission=submission.pk, file=name,
            sha256="" if copy is None else copy.sha256,
        )  # fmt: skip
    return read_released(home, submission, -1 if copy is None else copy.number)
