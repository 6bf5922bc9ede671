"""The story of a project as its people see it: approved, signed, used, reviewed, paused, revoked.

`TOUR=1` writes the pictures of docs/tour anew.
"""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import polars as pl
import pytest
from axe_playwright_python.sync_playwright import Axe

from site_server import serving
from strongroom.sandbox.confinement import bubblewrap

TOUR = Path(__file__).parents[2] / "docs" / "tour"
PICTURES = ("today", "application", "review", "blocked", "released", "job", "oversight", "ledger", "register")
SCRIPT = """import strongroom_data
rows = strongroom_data.open().sql(
    "SELECT p31_i0, count(*) AS n, round(avg(p50_i0), 1) AS height FROM participants GROUP BY 1 ORDER BY 1"
).fetchall()
with open("/outputs/height.csv", "w") as file:
    file.write("sex,n,height\\n" + "".join(f"{a},{b},{c}\\n" for a, b, c in rows))
"""
PAGES = (
    "/",
    "/account/",
    "/account/2fa/",
    "/data/",
    "/data/demo/",
    "/outputs/",
    "/people/",
    "/people/institutions/",
    "/people/rosa-lane/",
    "/projects/",
)
# Axe's own levels: these keep somebody from using the page.
GRAVE = {"serious", "critical"}

pytestmark = pytest.mark.skipif(not bubblewrap(), reason="bubblewrap cannot be used on this machine")


class People:
    """The demo's people, each in a browser of their own."""

    def __init__(self, browser, url, logins):
        self._browser, self._url = browser, url
        self._logins = {each["email"].split("@")[0]: each for each in logins}
        self._pages, self.complaints = {}, []

    def __getattr__(self, name):
        if name not in self._pages:
            self._pages[name] = self._signed_in(name)
        return self._pages[name]

    def _signed_in(self, name):
        page = self._browser.new_context(viewport={"width": 1440, "height": 900}).new_page()
        page.on("console", lambda line: self.complaints.append(line.text) if line.type == "error" else None)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        login = self._logins[name]
        page.goto(f"{self._url}/account/login/")
        page.get_by_label("E-mail address").fill(login["email"])
        page.get_by_label("Password").fill(login["password"])
        page.get_by_role("button", name="Sign in").click()
        page.get_by_label("Code").fill(login["codes"].pop())
        page.get_by_role("button", name="Sign In").first.click()
        page.wait_for_url(f"{self._url}/")
        return page

    def goto(self, name, path):
        page = getattr(self, name)
        page.goto(f"{self._url}{path}")
        return page


@pytest.fixture(scope="module")
def story(chromium, tmp_path_factory):
    path = tmp_path_factory.mktemp("story") / "home"
    with serving(path, "--demo", "--json") as url:
        document = json.loads(path.with_name("serve.log").read_text().partition("\n}\n")[0] + "\n}")
        yield path, People(chromium, url, document["people"])


def command(*words, home):
    """Run strongroom in a process of its own: beside a browser, this one may not use Django."""
    program = [sys.executable, "-c", "from strongroom.cli import main; main()"]
    subprocess.run([*program, *words, "--home", str(home)], check=True, stdout=subprocess.DEVNULL)


def draw(page, name):
    assert not grave(page), grave(page)
    if os.environ.get("TOUR"):
        TOUR.mkdir(exist_ok=True)
        page.screenshot(path=TOUR / f"{name}.png")


def grave(page):
    found = Axe().run(page).response["violations"]
    return [
        (each["id"], [node["html"][:120] for node in each["nodes"]])
        for each in found
        if each["impact"] in GRAVE
    ]


def until(page, text):
    """Reload a page until the worker has done its part."""
    limit = time.monotonic() + 120
    while time.monotonic() < limit:
        page.goto(page.url)
        if page.get_by_text(text).count():
            return
        time.sleep(0.5)
    raise AssertionError(f"{text!r} did not appear: {page.locator('main').text_content()[:2000]}")


def test_1_the_committee_votes_members_sign_and_a_custodian_opens_the_data(story):
    _, people = story
    for name in ("cleo", "dora"):
        page = people.goto(name, "/")
        draw(page, "today")
        page.get_by_role("link", name="Metabolism and ageing").click()
        page.get_by_label("Approve").check()
        page.get_by_label("Reason").fill("A sound question, and few columns.")
        page.get_by_role("button", name="Vote").click()
    draw(page, "application")
    for name in ("paul", "rosa"):
        page = people.goto(name, "/")
        page.get_by_role("link", name="Metabolism and ageing").first.click()
        page.get_by_label("I have read it and I agree").check()
        page.get_by_role("button", name="Sign", exact=True).click()
    page = people.goto("ada", "/")
    page.get_by_role("link", name="Metabolism and ageing").click()
    page.get_by_role("button", name="Open the project").click()
    assert page.get_by_text("an active project").count()


def test_2_a_researcher_runs_a_script_and_its_result_leaves(story):
    _, people = story
    page = people.goto("rosa", "/workspace/new/")
    page.get_by_label("Project").select_option("heart-height")
    page.get_by_label("Script", exact=False).nth(1).fill(SCRIPT)
    page.get_by_label("Outputs").fill("height.csv")
    page.get_by_role("button", name="Run", exact=True).click()
    until(page, "Put the outputs forward")
    draw(page, "job")
    page.get_by_label("What the outputs are").fill("Mean height by sex, table 1.")
    page.get_by_role("button", name="Put the outputs forward").click()
    page.get_by_role("button", name="Submit for release").click()
    until(page, "Download")
    draw(page, "released")
    with page.expect_download() as waiting:
        page.get_by_role("button", name="height.csv").click()
    assert Path(waiting.value.path()).read_text().startswith("sex,n,height")


def test_3_rows_are_blocked_and_the_researcher_learns_why_without_values(story, tmp_path):
    path, people = story
    command("view", "heart-height", "--to", str(tmp_path / "view"), home=path)
    table = next((tmp_path / "view").glob("participants*.parquet"))
    rows = pl.read_parquet(table).head(300)
    rows.write_csv(tmp_path / "rows.csv")
    page = people.goto("rosa", "/outputs/new/")
    page.get_by_label("Project").select_option("heart-height")
    page.get_by_label("Title").fill("Everything I need")
    page.get_by_label("What and why").fill("I would like to go on at home.")
    page.get_by_role("button", name="Continue").click()
    page.get_by_label("File", exact=True).set_input_files(tmp_path / "rows.csv")
    page.get_by_role("button", name="Add the file").click()
    page.get_by_role("button", name="Submit for release").click()
    until(page, "It cannot leave as it is")
    draw(page, "blocked")
    shown = page.locator("main").text_content()
    assert page.locator(".finding.block").count()
    assert not any(str(value) in shown for value in rows[rows.columns[0]].to_list())
    assert page.get_by_role("button", name="rows.csv").count() == 0


def test_4_two_output_checkers_decide_with_the_keyboard_and_do_not_see_each_other(story):
    _, people = story
    for name, seen in (("carl", "0 of 2 reviews"), ("cora", "1 of 2 reviews")):
        page = people.goto(name, "/")
        page.get_by_role("link", name="Counts by area").click()
        assert page.get_by_text(seen).count()
        assert page.locator("td.hit").count() == 1
        assert page.get_by_text("Reviews", exact=True).count() == 0
        draw(page, "review")
        page.keyboard.press("n")
        assert page.evaluate("document.activeElement.className").startswith("finding")
        page.keyboard.press("c")
        page.get_by_role("button", name="Hand in my review").click()
    assert page.get_by_text("returned for changes").count()
    page = people.goto("rosa", "/")
    assert page.get_by_text("Returned").count()


def test_5_others_see_nothing(story):
    _, people = story
    for path in ("/outputs/1/", "/outputs/2/", "/projects/1/", "/workspace/1/"):
        page = people.goto("lena", path)
        assert page.get_by_text("Status 404").count(), path
    people.complaints.clear()  # the browser complains about pages that were not found


def test_6_the_platform_is_paused_and_another_custodian_resumes_it(story):
    _, people = story
    page = people.goto("ada", "/oversight/")
    page.get_by_label("Reason").fill("A file was offered for sale.")
    page.get_by_role("button", name="Pause the platform").click()
    draw(page, "oversight")
    researcher = people.goto("rosa", "/outputs/new/")
    assert researcher.get_by_text("A file was offered for sale.").count()
    researcher.get_by_label("Title").fill("More")
    researcher.get_by_label("What and why").fill("More")
    researcher.get_by_role("button", name="Continue").click()
    assert researcher.get_by_text("The platform is paused").count()
    page.get_by_label("Reason").fill("It was a false alarm.")
    page.get_by_role("button", name="Resume").click()
    assert page.get_by_text("Another custodian must resume").count()
    page = people.goto("bea", "/oversight/")
    page.get_by_label("Reason").fill("It was a false alarm.")
    page.get_by_role("button", name="Resume").click()
    assert page.get_by_text("The platform runs again").count()


def test_7_an_auditor_verifies_the_record_and_the_public_reads_the_register(story):
    path, people = story
    page = people.goto("otto", "/oversight/ledger/")
    page.get_by_role("button", name="Verify everything").click()
    assert page.get_by_text("The ledger verifies").count()
    draw(page, "ledger")
    page.locator("tbody a").first.click()
    assert page.get_by_text("Inclusion proof").count()
    draw(people.goto("otto", "/register/"), "register")
    command("ledger", "verify", "--state", home=path)


def test_8_a_revoked_project_is_closed_to_its_members(story):
    _, people = story
    page = people.goto("ada", "/projects/1/")
    page.get_by_label("Reason").fill("The data were found outside.")
    page.get_by_role("button", name="Revoke for cause").click()
    assert page.get_by_text("revoked").count()
    page = people.goto("rosa", "/workspace/new/")
    page.get_by_label("Project").select_option("heart-height")
    page.get_by_label("Script", exact=False).nth(1).fill(SCRIPT)
    page.get_by_label("Outputs").fill("height.csv")
    page.get_by_role("button", name="Run", exact=True).click()
    assert page.get_by_text("was revoked").count()


@pytest.mark.parametrize("path", PAGES)
def test_9_pages_can_be_read_by_all_and_fit_every_screen(story, path):
    _, people = story
    page = people.goto("ada", path)
    assert grave(page) == []
    for width in (390, 1024, 1440):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth") <= width, (path, width)
    page.set_viewport_size({"width": 1440, "height": 900})
    page.emulate_media(color_scheme="dark")
    assert grave(page) == []
    page.emulate_media(color_scheme="light")


def test_10_no_script_failed_and_nothing_was_fetched_from_elsewhere(story):
    _, people = story
    assert [each for each in people.complaints if "409" not in each] == []


def test_the_tour_has_its_pictures():
    assert [name for name in PICTURES if not (TOUR / f"{name}.png").is_file()] == []
