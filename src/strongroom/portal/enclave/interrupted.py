"""Jobs whose supervisor was killed: the next command records that they did not end."""

from strongroom.portal.acts.transactions import AFTER_INTERRUPTION, act
from strongroom.portal.data.vault import has_leftovers, left_alone, settle
from strongroom.portal.enclave.models import Job
from strongroom.portal.home import Home


def settle_jobs(home: Home) -> None:
    """Record jobs that nobody runs any more as interrupted, and remove outputs of which no job knows."""
    running = Job.objects.filter(state=Job.State.RUNNING)
    if not has_leftovers(home) and not running.exists():
        return
    with left_alone(home) as alone:
        if not alone:
            return
        settle(home, "job", lambda directory: Job.objects.filter(kept=directory).exists())
        for job in running:
            with act(home, by=AFTER_INTERRUPTION) as record:
                job.state, job.ended_at = Job.State.INTERRUPTED, home.clock()
                job.save()
                record("job.interrupted", job.project.slug, job=job.pk)
