"""What every page must be for every reader, asked of the browser that shows it."""

from itertools import pairwise

OVERFLOW = "document.documentElement.scrollWidth"
HEADINGS = "[...document.querySelectorAll('h1,h2,h3,h4')].map(each => Number(each.tagName[1]))"
# Letters that are shown, with their colour and that of the nearest ground that is not transparent.
LETTERS = """() => {
    const found = new Map();
    const colour = text => text.match(/[0-9.]+/g).map(Number);
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
        const parent = walker.currentNode.parentElement;
        const text = walker.currentNode.textContent.trim();
        if (!text || parent.closest('title, desc')) continue;
        const style = getComputedStyle(parent);
        let ground = parent;
        const clear = each => colour(getComputedStyle(each).backgroundColor)[3] === 0;
        while (ground && clear(ground)) ground = ground.parentElement;
        const paper = colour(getComputedStyle(ground || document.documentElement).backgroundColor);
        const ink = colour(parent.closest('svg') ? style.fill : style.color);
        found.set(JSON.stringify([ink, paper]), parent.tagName + ': ' + text.slice(0, 40));
    }
    return [...found].map(([colours, where]) => [...JSON.parse(colours), where]);
}"""


def assert_readable(page):
    """Check what every reader needs: order of headings, named tables and pictures, width, contrast."""
    levels = page.evaluate(HEADINGS)
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels)), levels
    for table in page.locator("table").all():
        assert table.locator("caption").text_content()
        assert table.locator("th[scope=col]").count() == table.locator("thead th").count() > 0
        assert table.locator("th[scope=row]").count() == table.locator("tbody tr").count()
    for picture in page.locator("svg").all():
        assert picture.get_attribute("role") == "img"
        assert picture.locator("title").text_content()
    for landmark in ("banner", "main", "contentinfo"):
        assert page.get_by_role(landmark).count() == 1
    _assert_it_fits(page)
    _assert_letters_stand_out(page)
    assert page.complaints == []


def _assert_it_fits(page):
    for width in (360, 800, 1400):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate(OVERFLOW) <= width, width
        assert page.evaluate(_OUTSIDE, width) == []
    page.set_viewport_size({"width": 1000, "height": 800})


# Letters of a picture are not clipped: none may lie beyond the edge of the screen.
_OUTSIDE = """width => [...document.querySelectorAll('svg text')]
    .filter(each => each.getBoundingClientRect().right > width + 1 || each.getBoundingClientRect().left < -1)
    .map(each => each.textContent)"""


def _assert_letters_stand_out(page):
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        for ink, paper, where in page.evaluate(LETTERS):
            assert contrast(ink, paper) >= 4.5, (scheme, where)
    page.emulate_media(color_scheme="light")


def contrast(ink, paper):
    """Return the contrast of two colours, as WCAG 2.2 defines it."""
    light, dark = sorted((_luminance(ink), _luminance(paper)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour):
    parts = [part / 255 for part in colour[:3]]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))
