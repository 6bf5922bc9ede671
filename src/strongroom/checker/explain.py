"""What a rule means: its sentence, its advice, and its detector's page, shipped with the package."""

import json
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from strongroom.errors import UsageError

PAGES = Path(__file__).with_name("rule_pages.json")
"""Written by `docs/reference/generate_detectors.py`."""


@dataclass(frozen=True)
class Explanation:
    """A rule with its detector's page in Markdown; of a detector only the page."""

    rule: str
    sentence: str
    advice: str
    page: str


def explain(name: str) -> Explanation:
    """Return what a rule such as "row-match/records" means, or a detector such as "row-match".

    Raises UsageError for a name that is neither.
    """
    known = json.loads(PAGES.read_text(encoding="utf-8"))
    page = known["pages"].get(name.partition("/")[0])
    if name in known["rules"]:
        return Explanation(rule=name, page=page, **known["rules"][name])
    if page is not None and "/" not in name:
        return Explanation(name, "", "", page)
    close = get_close_matches(name, [*known["rules"], *known["pages"]], n=3)
    hint = f"Did you mean {' or '.join(close)}?" if close else f"Detectors: {', '.join(known['pages'])}."
    raise UsageError(f"{name} is not a rule or a detector.", hint=hint)
