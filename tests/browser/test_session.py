"""A session in a real browser: a cell runs, a picture shows, rows are withheld, nothing is downloaded.

It takes about a minute and needs the runtime, which `make runtime` builds; `make bench` runs it.
"""

import os
import shutil
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import urlsplit

import pytest

import program
from strongroom.sandbox.confinement import bubblewrap
from strongroom.sandbox.runtimes.building import ANALYSIS, identifier, listed

RUNTIMES = Path(__file__).resolve().parents[2] / "build" / "runtimes"
BUILT = [each.name for each in listed(RUNTIMES)]

pytestmark = [
    pytest.mark.skipif(not bubblewrap(), reason="bubblewrap cannot be used on this machine"),
    pytest.mark.skipif("SESSIONS" not in os.environ, reason="it takes over a minute: 'make bench' runs it"),
    pytest.mark.skipif(identifier(ANALYSIS) not in BUILT, reason="run 'make runtime' to build the runtime"),
]


@pytest.fixture
def link(_built_home, tmp_path):
    """The link to a session, from the command line: beside a browser, Django cannot be used here."""
    home = SimpleNamespace(path=tmp_path / "home")
    shutil.copytree(_built_home, home.path)
    (home.path / "runtimes").symlink_to(RUNTIMES)
    words = ["project", "add", "heart", "--institution", "Northgate", "--cohort", "synthetic"]
    code, _, err = program.run(home, *words, "--columns", "p31,p21001_i0,p50_i0,p21002_i0")
    assert code == 0, err
    with program.start(home, "session", "heart") as process:
        try:
            assert "Open this link" in process.stdout.readline(), process.stderr.read()
            yield process.stdout.readline().strip()
        finally:
            process.terminate()


@pytest.fixture
def lab(link, chromium):
    """JupyterLab with a new notebook whose kernel is idle; `requests` are the addresses it asked."""
    page = chromium.new_page(viewport={"width": 1200, "height": 900})
    page.requests, page.downloads = [], []
    page.on("request", lambda request: page.requests.append(request.url))
    page.on("download", lambda download: page.downloads.append(download.url))
    page.goto(link)
    page.click(".jp-LauncherCard[data-category='Notebook']", timeout=90_000)
    page.wait_for_selector("text=Python 3 | Idle", timeout=90_000)
    page.click(".jp-Notebook .cm-content")
    yield page
    page.close()


def run(page, code, *, until):
    page.keyboard.insert_text(code)
    page.keyboard.press("Shift+Enter")
    return page.wait_for_selector(until, timeout=90_000)


# Routes that JupyterLab's own server answers with the content of a file.
ROUTES = (
    "/files/rows.csv",
    "/view/rows.csv",
    "/nbconvert/html/Untitled.ipynb?download=true",
    "/nbconvert/script/Untitled.ipynb",
    "/api/contents/rows.csv?content=1",
    "/api/contents/rows.csv?content=1&format=base64&type=file",
    "/api/contents/rows.html?content=1&format=text",
    "/lab/..%2ffiles/rows.csv",
    "/terminals/1",
    "/lab/extensions/../../files/rows.csv",
)


def test_a_session_shows_results_and_neither_rows_nor_files(lab):
    run(
        lab,
        "import strongroom_data as s; d = s.open(); print('n', 1 + 1)",
        until=".jp-OutputArea >> text=n 2",
    )
    plot = "import matplotlib.pyplot as plt; plt.bar(['a', 'b'], [310, 420]); plt.show()"
    run(lab, plot, until=".jp-OutputArea-output img")

    rows = "t = d.sql('FROM participants LIMIT 500').fetchall()\nfor r in t: print(*r)"
    run(lab, rows, until=".jp-OutputArea >> text=output withheld: row-level output")
    run(lab, "d.sql('FROM participants LIMIT 500').df().to_html() and None\n"
        "import pandas as pd; pd.set_option('display.max_rows', None)\n"
        "from IPython.display import HTML, Javascript; HTML(pd.DataFrame(t).to_html())",
        until=":nth-match(:text('output withheld: row-level output'), 2)")  # fmt: skip

    made = "d.sql('FROM participants').write_csv('rows.csv'); open('rows.html', 'w').write(str(t)); 7 * 6"
    run(lab, made, until=".jp-OutputArea >> text=42")
    for route in ROUTES:
        status, text = lab.evaluate(
            "async route => { const a = await fetch(route); return [a.status, await a.text()] }", route
        )
        assert status >= 400, route
        assert "," not in text.partition("strongroom:")[2], route

    run(lab, "Javascript('document.title = \"taken over\"'), 5 * 5", until=".jp-OutputArea >> text=25")
    run(
        lab,
        "display(Javascript(\"fetch('http://127.0.0.1:9/x')\"))\n"
        "display(HTML('<img src=http://127.0.0.1:9/x>'))\n"
        "display(HTML('<meta http-equiv=refresh content=\"0;http://127.0.0.1:9\">'))\n"
        "6 * 6",
        until=".jp-OutputArea >> text=36",
    )
    hosts = {urlsplit(each).netloc for each in lab.requests if each.startswith("http")}
    assert hosts == {urlsplit(lab.url).netloc}
    assert lab.downloads == []
    for menu in ("Download", "Save and Export", "Print", "Terminal", "Copy Output"):
        lab.click("text=File >> nth=0")
        assert lab.locator(f".lm-Menu >> text={menu}").count() == 0
        lab.keyboard.press("Escape")
