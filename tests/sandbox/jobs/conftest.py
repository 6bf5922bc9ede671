import pytest

from strongroom.sandbox.confinement import bubblewrap
from strongroom.sandbox.jobs import Job, JobLimits, Supervisor, own_runtime, run


@pytest.fixture(scope="session")
def supervisor():
    if not bubblewrap():
        pytest.skip("bubblewrap cannot be used on this machine")
    with Supervisor() as running:
        yield running


@pytest.fixture
def run_script(supervisor, tmp_path):
    """Run a Python script as a job; return its result and the directory of its outputs."""

    def ran(script, *, view=lambda _: None, limits=None, inputs=None, outputs=(), stop=None, into="job"):
        job = Job(
            files={"main.py": script.encode()},
            command=("python", "/code/main.py"),
            runtime=own_runtime(),
            inputs=inputs or {},
            outputs=outputs,
            seed=7,
            limits=limits or JobLimits(seconds=60),
        )
        directory = tmp_path / into
        return run(job, view=view, outputs=directory, supervisor=supervisor, stop=stop), directory

    return ran
