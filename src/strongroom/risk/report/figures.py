"""The tables and pictures of the report as values, by section; `report.html` explains them."""

from collections.abc import Mapping, Sequence

from strongroom.pages import Bar, Chart, Table, number_table, percent
from strongroom.risk.anonymity import Anonymity, Risk
from strongroom.risk.assessment import Assessment
from strongroom.risk.linkage import Linked, Unicity
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    most_listed: int = threshold(
        10, "rows", "judgement: more combinations or columns than this push the next section off the page"
    )
    most_drawn: int = threshold(
        5, "bars", "judgement: five changes or scenarios fill one picture; the table has all of them"
    )


LIMITS = _Limits()
_BELOW = (2, 5, 10)  # fixed: k below these is what the table's headings say

Figures = Mapping[str, Table | Chart | str]


def recommended(assessment: Assessment) -> Figures:
    """Return the single changes by their effect; empty if none lowers the worst scenario."""
    found = assessment.recommended[: LIMITS.most_listed]
    if not found:
        return {}
    rows = [
        [
            each.words,
            each.facts,
            percent(each.before),
            percent(each.after),
            f"{each.spared:,}",
            percent(each.left_share),
        ]
        for each in found
    ]
    return {
        "chart": Chart(
            "Participants identified, before and after each change",
            [_changed(each.words, each.before, each.after) for each in found[: LIMITS.most_drawn]],
        ),
        "table": number_table(
            "Single changes, each with the facts for which it spares most people",
            ["change", "facts known", "identified", "after", "people spared", "worst facts left"],
            rows,
            1,
        ),
        "what_if": found[0].what_if,
    }


def linkage(assessment: Assessment) -> Figures:
    """Return the simulated linkage for page one."""
    now, after = assessment.now, assessment.after
    left = {} if after is None else {each.words: each for each in after.linked}
    highest = sorted(now.linked, key=lambda each: -each.pinned)[: LIMITS.most_drawn]
    heads = [
        "facts known",
        "participants with these facts",
        "identified",
        "fewer than 5 match",
        "median that match",
    ]
    heads += ["identified, after", "median, after"] if after is not None else []
    rows = [_linked(each, left.get(each.words), changed=after is not None) for each in now.linked]
    return {
        "chart": Chart(
            "Participants identified by the most identifying facts",
            [_changed(each.words, each.pinned, _pinned(left.get(each.words))) for each in highest],
        ),
        "table": number_table("Each scenario, tried on every participant who has the facts", heads, rows),
    }


def _linked(each: Linked, then: Linked | None, *, changed: bool) -> list[str]:
    row = [
        each.words,
        f"{each.concerned:,}",
        percent(each.pinned),
        percent(each.few),
        f"{each.median:,.0f}",
    ]
    if changed:
        row += ["-", "-"] if then is None else [percent(then.pinned), f"{then.median:,.0f}"]
    return row


def _pinned(linked: Linked | None) -> float | None:
    return None if linked is None else linked.pinned


def random_facts(assessment: Assessment) -> Figures:
    """Return unicity."""
    left = [] if assessment.after is None else list(assessment.after.unicity)
    bars, rows = [], []
    for place, each in enumerate(assessment.now.unicity):
        then = left[place] if place < len(left) else None
        bars.append(_unicity(each, then))
        row = [
            f"{each.facts}",
            f"{each.asked:,}",
            percent(each.share),
            f"{percent(each.low)} to {percent(each.high)}",
        ]
        rows.append(row if not left else [*row, "-" if then is None else percent(then.share)])
    heads = ["facts known", "people drawn", "identified", "95 % interval", *(["after"] if left else [])]
    return {
        "chart": Chart("People identified", bars),
        "table": number_table("People identified by randomly chosen facts", heads, rows),
    }


def _unicity(each: Unicity, then: Unicity | None) -> Bar:
    after = None if then is None else then.share
    return Bar(f"{each.facts} facts", each.share, _arrow(each.share, after), each.low, each.high, after)


def anonymity(assessment: Assessment) -> Figures:
    """Return class sizes and the three attackers."""
    names = _names(assessment)
    every = assessment.now.everything
    growing = [
        [f"+ {names[each.columns[-1]]}", f"{each.smallest:,}", f"{each.median:,.0f}", *_below(each)]
        for each in assessment.now.growing
    ]
    shares = [(f"k = {words}", count / assessment.people) for words, _, count in every.histogram]
    found: dict[str, Table | Chart | str] = {
        "growing": number_table(
            "k as columns are added, one at a time",
            ["columns so far", "smallest k", "median k", "unique", "k below 5", "k below 10"],
            growing,
        ),
        "chart": Chart(
            f"Participants by k, over all {len(every.columns)} columns",
            [Bar(words, share, percent(share)) for words, share in shares],
        ),
        "table": number_table(
            "Participants by k, over all columns",
            ["k", "combinations", "participants"],
            [[words, f"{classes:,}", f"{count:,}"] for words, classes, count in every.histogram],
        ),
        "attackers": _attackers("Probability of re-identification, over all columns", every),
    }
    if assessment.after is not None:
        found["attackers_after"] = _attackers(
            "Probability of re-identification, after the changes", assessment.after.everything
        )
    return found


def combinations(assessment: Assessment) -> Figures:
    """Return the combinations of columns that make people unique."""
    names = _names(assessment)
    now = assessment.now.uniques
    parts = [(names[name], share) for name, share in list(now.contributions.items())[: LIMITS.most_listed]]
    worst = [
        [" + ".join(names[name] for name in each.columns), f"{each.unique:,}", f"{each.minimal:,}"]
        for each in now.worst[: LIMITS.most_listed]
    ]
    return {
        "sizes": _sizes(assessment),
        "worst": number_table(
            "Combinations that single out most participants",
            ["columns", "unique", "minimally unique"],
            worst,
        ),
        "chart": Chart(
            "Each column's share in what singles participants out",
            [Bar(name, share, percent(share)) for name, share in parts],
        ),
        "table": number_table(
            "Each column's share (SUDA scores of the combinations with it, of all)",
            ["column", "share"],
            [[name, percent(share)] for name, share in parts],
        ),
    }


def _sizes(assessment: Assessment) -> Table:
    now = assessment.now.uniques
    left = None if assessment.after is None else assessment.after.uniques.people
    rows = []
    for place, each in enumerate(now.sizes):
        row = [
            f"{each.size}",
            f"{each.sets:,}",
            f"{each.with_unique:,}",
            f"{each.median:,.0f}",
            f"{each.highest:,}",
            percent(now.people[place] / assessment.people),
        ]
        if left is not None:
            row.append(percent(left[place] / assessment.people) if place < len(left) else "-")
        rows.append(row)
    heads = ["columns", "combinations", "that make someone unique", "unique, median", "unique, most"]
    heads += ["unique by this many or fewer", *(["after"] if left is not None else [])]
    return number_table("All combinations of a few columns", heads, rows)


def sensitive(assessment: Assessment) -> Figures:
    """Return l-diversity and t-closeness of sensitive columns; empty if there are none."""
    if not assessment.now.diversity:
        return {}
    names = _names(assessment)
    rows = [
        [
            names[each.column],
            f"{each.distinct}",
            f"{each.entropy:.2f}",
            f"{each.closeness:.3f} ({each.distance})",
            f"{each.told:,}",
        ]
        for each in assessment.now.diversity
    ]
    return {
        "grouped_by": ", ".join(names[name] for name in assessment.now.grouped_by),
        "table": number_table(
            "Sensitive columns within groups of participants who look the same",
            ["column", "distinct l", "entropy l", "t (distance)", "people in groups that share one value"],
            rows,
        ),
    }


def population(assessment: Assessment) -> Figures:
    """Return the models of population uniqueness side by side; empty if no participant is unique."""
    if not assessment.estimates:
        return {}
    names = _names(assessment)
    bars = [
        Bar(
            f"{each.model.split(' (')[0]}, in a population of {each.size:,}",
            each.share,
            percent(each.share),
            each.low,
            each.high,
        )
        for each in assessment.estimates
    ]
    rows = [
        [each.model, f"{each.size:,}", percent(each.share), f"{percent(each.low)} to {percent(each.high)}"]
        for each in assessment.estimates
    ]
    return {
        "over": ", ".join(names[name] for name in assessment.estimated_over),
        "sampled": assessment.sampled[:1].upper() + assessment.sampled[1:],
        "chart": Chart("Unique in the population, of those unique in the cohort", bars),
        "table": number_table(
            "Estimates", ["model", "population", "share", "95 % interval if the model holds"], rows
        ),
    }


def columns(assessment: Assessment) -> Figures:
    """Return the table of assessed columns."""
    rows = [
        [f"{each.name} {each.title}".strip(), each.part, f"{each.values:,}", percent(each.missing), each.hint]
        for each in assessment.columns
    ]
    return {
        "parts": ", ".join(f"{count:,} {part}" for part, count in assessment.parts.items()),
        "table": number_table("Columns", ["column", "part", "values", "missing", "note"], rows, 1, 4),
    }


def _names(assessment: Assessment) -> dict[str, str]:
    """Return each column's title in the dictionary, or its name if it has no title."""
    return {each.name: each.title or each.name for each in assessment.columns}


def _changed(label: str, share: float, after: float | None) -> Bar:
    return Bar(label, share, _arrow(share, after), after=after)


def _arrow(share: float, after: float | None) -> str:
    return percent(share) if after is None else f"{percent(share)} → {percent(after)}"


def _attackers(caption: str, measured: Anonymity) -> Table:
    rows: list[Sequence[str]] = [
        _attacker("prosecutor: knows that the person takes part", measured.prosecutor)
    ]
    if measured.journalist is not None:
        rows.append(
            _attacker(
                f"journalist: does not know who takes part (k-map {measured.k_map:,})", measured.journalist
            )
        )
    whom = "the participants" if measured.journalist is None else "the population"
    rows.append(
        [f"marketer: matches every record with a register of {whom}", percent(measured.marketer), "", ""]
    )
    return number_table(caption, ["attacker", "mean", "highest", "people above 20 %"], rows)


def _attacker(who: str, risk: Risk) -> list[str]:
    return [who, percent(risk.mean), percent(risk.highest), percent(risk.above_a_fifth)]


def _below(measured: Anonymity) -> list[str]:
    return [
        percent(measured.below[bound] / measured.records) if measured.records else "-" for bound in _BELOW
    ]
