"""What a job prints: so much of it is kept, the rest is read and forgotten."""

import os

from strongroom.sandbox.jobs.streams import NAMES, Streams


def written(directory, most, *said):
    """Write to stdout and stderr in a child, as a job does; return what was kept, and whether it was cut."""
    with Streams(str(directory)) as pipes:
        pipes.keep(most)
        child = os.fork()
        if child == 0:
            pipes.attach()
            for number, text in enumerate(said, 1):
                os.write(number, text)
            os._exit(0)
        pipes.close_writers()
        os.waitpid(child, 0)
        pipes.drain()
        return [(directory / name).read_bytes() for name in NAMES], pipes.cut


def test_both_streams_are_kept_apart(tmp_path):
    assert written(tmp_path, 100, b"out", b"err") == ([b"out", b"err"], False)


def test_what_is_too_long_is_cut(tmp_path):
    assert written(tmp_path, 4, b"0123456789", b"err") == ([b"0123", b"err"], True)


def test_a_pipe_without_anything_in_it_may_still_get_something(tmp_path):
    with Streams(str(tmp_path)) as pipes:
        assert all(pipes.take(reader) for reader in pipes.readers)
