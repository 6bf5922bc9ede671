"""Jobs: a researcher's program beside the project's view, with no way out but its outputs."""

from typing import TYPE_CHECKING

from strongroom.loading import on_first_use

if TYPE_CHECKING:
    from strongroom.sandbox.jobs.job import Cause as Cause
    from strongroom.sandbox.jobs.job import Job as Job
    from strongroom.sandbox.jobs.job import JobLimits as JobLimits
    from strongroom.sandbox.jobs.job import JobResult as JobResult
    from strongroom.sandbox.jobs.job import Output as Output
    from strongroom.sandbox.jobs.job import Runtime as Runtime
    from strongroom.sandbox.jobs.job import Usage as Usage
    from strongroom.sandbox.jobs.running import Fill as Fill
    from strongroom.sandbox.jobs.running import Supervisor as Supervisor
    from strongroom.sandbox.jobs.running import run as run
    from strongroom.sandbox.jobs.runtime import own_runtime as own_runtime
    from strongroom.sandbox.jobs.serving import Interactive as Interactive
    from strongroom.sandbox.jobs.serving import interactive as interactive

# The supervisor loads this package too, and little of it.
_JOB = dict.fromkeys(["Cause", "Job", "JobLimits", "JobResult", "Output", "Runtime", "Usage"], "job")
_RUNNING = dict.fromkeys(["Fill", "Supervisor", "run"], "running")
_SERVING = dict.fromkeys(["Interactive", "interactive"], "serving")
__getattr__ = on_first_use(__name__, {**_JOB, **_RUNNING, **_SERVING, "own_runtime": "runtime"})
