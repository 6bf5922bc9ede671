"""What bubblewrap is asked for: everything is listed here, and nothing of the host shows by accident."""

from strongroom.sandbox.jobs import recipe


def options():
    return recipe.arguments(
        recipe.System.found(),
        readable=["/opt/runtime"],
        library="/lib/of/ours",
        environment={"A": "b"},
        filter_fd=7,
        status_fd=8,
    )


def test_every_namespace_is_new_and_nothing_can_make_more():
    told = options()
    for option in ("--unshare-user", "--unshare-pid", "--unshare-net", "--unshare-ipc", "--unshare-uts"):
        assert option in told
    assert {"--disable-userns", "--die-with-parent", "--new-session", "--clearenv"} <= set(told)
    assert told[told.index("--cap-drop") + 1] == "ALL"
    assert told[told.index("--seccomp") + 1] == "7"


def test_what_can_be_written_is_memory_of_the_job():
    told = options()
    writable = [told[at + 1] for at, word in enumerate(told) if word == "--bind"]
    assert writable
    assert all(path.startswith(f"{recipe.PLACE}/") for path in writable)
    assert "--dev-bind" not in told
    assert "/" not in [told[at + 1] for at, word in enumerate(told) if word.endswith("bind")]


def test_the_root_is_sealed_after_everything_is_mounted():
    told = options()
    last = max(at for at, word in enumerate(told) if word in {"--bind", "--ro-bind", "--tmpfs", "--symlink"})
    assert any(told[at : at + 2] == ["--remount-ro", "/"] for at in range(last, len(told)))


def test_a_job_draws_and_dates_alike_in_every_run():
    told = recipe.environment(path="/opt/runtime/bin", seed=2**32 + 5, processors=0)
    assert told["PYTHONHASHSEED"] == "5"
    assert told["STRONGROOM_SEED"] == str(2**32 + 5)
    assert told["SOURCE_DATE_EPOCH"] == "0"
    assert told["OMP_NUM_THREADS"] == "1"
    assert told["PATH"] == "/opt/runtime/bin:/usr/bin"
