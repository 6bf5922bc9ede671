"""Debian's Chromium, driven by Playwright, for pages as people see them."""

import shutil

import pytest
from playwright.sync_api import sync_playwright


@pytest.fixture(scope="module")
def chromium():
    """A browser without a window; tests that need it are skipped where it is not installed.

    One a module and no longer: while it runs, Django takes the process for an asynchronous one.
    """
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        pytest.skip("the Debian package 'chromium' is not installed")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def page(chromium):
    """A new page that collects what the browser complains about in `page.complaints`."""
    opened = chromium.new_page(viewport={"width": 1000, "height": 800})
    opened.complaints = []
    opened.on("console", lambda message: opened.complaints.append(message.text))
    opened.on("pageerror", lambda error: opened.complaints.append(str(error)))
    opened.on(
        "request", lambda request: opened.complaints.append(request.url) if "http" in request.url else None
    )
    yield opened
    opened.close()
