"""The site under load: pages for 50 people at once beside a static file, and checks by programs.

    python benchmarks/speed/site.py
    python benchmarks/speed/site.py --quick

Takes about 3 min, 1 min with --quick.

A site with the synthetic cohort is started as its users start it. Fifty clients open pages at once; then they
hand in one file of 8 kB each with a token and wait until it is decided. The same files are checked by the
library in this process, one after the other.
"""

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx

sys.path.insert(0, str(Path(__file__).parents[2]))
sys.path.insert(0, str(Path(__file__).parents[2] / "tests"))

from strongroom.cohort.synthetic import write_synthetic_cohort
from strongroom.portal.home import create_home, set_up_django

set_up_django()
from people import Cast, cast, opened  # noqa: E402 - models need Django set up
from site_server import joined, serving  # noqa: E402 - likewise
from strongroom.client import Client  # noqa: E402 - likewise
from strongroom.portal.data.cohorts import CohortSource, add_cohort  # noqa: E402 - likewise
from strongroom.portal.home import Home  # noqa: E402 - likewise
from strongroom.portal.outputs.actions import airlock, check_outputs  # noqa: E402 - likewise
from strongroom.portal.people.tokens import Scope, make_token  # noqa: E402 - likewise

PAGES = ("/", "/outputs/", "/projects/", "/workspace/", "/data/")
ASKED = {"project": "heart", "title": "Table", "reason": "for the paper"}


def main() -> int:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--people", type=int, default=50)
    parser.add_argument("--requests", type=int, default=1_000)
    parser.add_argument("--quick", action="store_true")
    asked = parser.parse_args()
    people_at_once, requests = (10, 100) if asked.quick else (asked.people, asked.requests)
    with tempfile.TemporaryDirectory(prefix="strongroom-load-") as name:
        home, people = _home(Path(name))
        with serving(home) as url:
            cookies = dict(joined(home, people, url, "rosa").http.cookies)
            print("| what | requests | at once | p50 | p95 | a second |\n|---|---:|---:|---:|---:|---:|")
            _load(
                "a static file",
                url,
                ("/static/site/site.css",),
                cookies,
                at_once=people_at_once,
                requests=requests,
            )
            _load("pages", url, PAGES, cookies, at_once=people_at_once, requests=requests)
            _checks(home, people, url, Path(name), people_at_once)
        _library(home, Path(name), people_at_once)
    return 0


def _home(folder: Path) -> tuple[Home, Cast]:
    home = create_home(folder / "home")
    (home.path / "fingerprint.yaml").write_text("decoys: {unique: 0, shared: 0, withheld: 0}\n")
    (home.path / "airlock.yaml").write_text("files_a_day: 100000\n")
    files = write_synthetic_cohort(folder / "sources", participants=2_000, seed=7, columns=60, variants=4)
    source = CohortSource(
        files.participants, files.dictionary, files.id_column, files.events, files.genotypes
    )
    add_cohort(home, name="synthetic", source=source, by="benchmark")
    people = cast(home)
    opened(home, people)
    return home, people


def _load(
    what: str, url: str, paths: Sequence[str], cookies: dict[str, str], *, at_once: int, requests: int
) -> None:
    clients = [httpx.Client(base_url=url, cookies=cookies, timeout=120) for _ in range(at_once)]

    def one(number: int) -> float:
        began = time.perf_counter()
        clients[number % at_once].get(paths[number % len(paths)]).raise_for_status()
        return time.perf_counter() - began

    _print(what, at_once, requests, one)
    for client in clients:
        client.close()


def _checks(home: Home, people: Cast, url: str, folder: Path, at_once: int) -> None:
    _, secret = make_token(home, name="load", scopes=[Scope.CHECK], days=1, by=people.rosa)
    files = _files(folder, at_once)

    def one(number: int) -> float:
        began = time.perf_counter()
        with Client(url, secret) as client:
            client.wait(client.check([files[number]], **ASKED, key=f"load-{number}"))
        return time.perf_counter() - began

    _print("checks of 8 kB, until decided", at_once, at_once, one)


def _library(home: Home, folder: Path, many: int) -> None:
    files = _files(folder / "library", many)

    def one(number: int) -> float:
        began = time.perf_counter()
        check_outputs(home, [files[number]], through=airlock(project="heart"), by="benchmark")
        return time.perf_counter() - began

    _print("the same by the library, one by one", 1, many, one)


def _files(folder: Path, many: int) -> list[Path]:
    """Write tables of estimates of about 8 kB, each another."""
    folder.mkdir(exist_ok=True)
    files = []
    for number in range(many):
        rows = (
            f"gene{row},{(row * 37 + number) % 997 / 1000:.3f},0.0{row % 89 + 10},{18_000 + row}"
            for row in range(330)
        )
        files.append(folder / f"table{number}.csv")
        files[-1].write_text("term,estimate,standard_error,n\n" + "\n".join(rows) + "\n")
    return files


def _print(what: str, at_once: int, requests: int, one: Callable[[int], float]) -> None:
    began = time.perf_counter()
    with ThreadPoolExecutor(at_once) as pool:
        took = sorted(pool.map(one, range(requests)))
    seconds = time.perf_counter() - began
    late = took[int(0.95 * (len(took) - 1))]
    print(
        f"| {what} | {requests:,} | {at_once} "
        f"| {statistics.median(took) * 1000:,.0f} ms | {late * 1000:,.0f} ms "
        f"| {requests / seconds:,.1f} |",
        flush=True,
    )


if __name__ == "__main__":
    sys.exit(main())
