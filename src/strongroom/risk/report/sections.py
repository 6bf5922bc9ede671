"""The sections of the report, each a picture, its table, and how to read it."""

from strongroom.risk.anonymity import Anonymity, Risk
from strongroom.risk.assessment import Assessment
from strongroom.risk.population import MOST_DRAWN
from strongroom.risk.report.pictures import Bar, bars, percent
from strongroom.risk.report.tables import noted, said, section, table

TITLES = {
    "linkage": "What somebody finds who knows a few facts",
    "facts": "What facts picked at random give away",
    "anonymity": "How many people look the same",
    "combinations": "Which columns single people out",
    "sensitive": "What finding a group gives away",
    "population": "Unique here, unique outside?",
    "columns": "The columns assessed",
}
_SHOWN = 10


def linkage(assessment: Assessment) -> str:
    """Show the simulated linkage: page one."""
    now, after = assessment.now, assessment.after
    left = {} if after is None else {each.words: each for each in after.linked}
    rows = []
    drawn = []
    for each in now.linked:
        then = left.get(each.words)
        drawn.append(Bar(each.words, each.pinned, after=None if then is None else then.pinned))
        row = [
            each.words,
            f"{each.concerned:,}",
            percent(each.pinned),
            percent(each.few),
            f"{each.median:,.0f}",
        ]
        if after is not None:
            row += ["-", "-"] if then is None else [percent(then.pinned), f"{then.median:,.0f}"]
        rows.append(row)
    heads = ["what is known", "people concerned", "found exactly", "fewer than 5 fit", "median that fit"]
    heads += ["found exactly, after", "median, after"] if after is not None else []
    return section(
        "linkage",
        TITLES["linkage"],
        bars("Share of participants found exactly", drawn) if drawn else "",
        table("Each scenario, played against every participant it concerns", heads, rows),
        noted(
            "The person who looks is taken to know that the participant is in the cohort. Of somebody with "
            "several events one is known, each as likely. Dates are taken to be right on both sides."
        ),
    )


def random_facts(assessment: Assessment) -> str:
    """Show unicity."""
    left = [] if assessment.after is None else list(assessment.after.unicity)
    drawn, rows = [], []
    for place, each in enumerate(assessment.now.unicity):
        then = left[place] if place < len(left) else None
        drawn.append(
            Bar(f"{each.facts} facts", each.share, each.low, each.high, None if then is None else then.share)
        )
        row = [
            f"{each.facts}",
            f"{each.asked:,}",
            percent(each.share),
            f"{percent(each.low)} to {percent(each.high)}",
        ]
        rows.append(row if not left else [*row, "-" if then is None else percent(then.share)])
    heads = ["facts known", "people asked", "pinned down", "95 % interval", *(["after"] if left else [])]
    return section(
        "facts",
        TITLES["facts"],
        said(
            "Facts are values in the columns below, and dated events; facts and people are drawn at random."
        ),
        bars("Share of people pinned down", drawn),
        table("People pinned down by facts picked at random", heads, rows),
    )


def anonymity(assessment: Assessment) -> str:
    """Show class sizes and the three attackers."""
    names = _names(assessment)
    now, after = assessment.now, assessment.after
    every = now.everything
    shares = [Bar(f"k = {words}", count / assessment.people) for words, _, count in every.histogram]
    growing = [
        [f"+ {names[each.columns[-1]]}", f"{each.smallest:,}", f"{each.median:,.0f}", *_below(each)]
        for each in now.growing
    ]
    return section(
        "anonymity",
        TITLES["anonymity"],
        said(
            "k is how many people share a combination of values. A person who is alone with theirs has k = 1."
        ),
        table(
            "k as columns are added, one at a time",
            ["columns so far", "smallest k", "median k", "alone", "k below 5", "k below 10"],
            growing,
        ),
        noted("Over all columns of a wide table everybody is alone. Read the rows, not only the last one."),
        bars(f"Share of participants by k, over all {len(every.columns)} columns", shares),
        table(
            "People by k, over all columns",
            ["k", "combinations", "people"],
            [[words, f"{classes:,}", f"{count:,}"] for words, classes, count in every.histogram],
        ),
        _attackers("Chance of being found, over all columns", every),
        "" if after is None else _attackers("The same after the changes", after.everything),
    )


def combinations(assessment: Assessment) -> str:
    """Show which sets of columns make people unique."""
    names = _names(assessment)
    now = assessment.now.uniques
    left = None if assessment.after is None else assessment.after.uniques
    sizes = []
    for place, each in enumerate(now.sizes):
        row = [
            f"{each.size}",
            f"{each.sets:,}",
            f"{each.with_unique:,}",
            f"{each.median:,.0f}",
            f"{each.highest:,}",
        ]
        row.append(percent(now.people[place] / assessment.people))
        if left is not None:
            fits = place < len(left.people)
            row.append(percent(left.people[place] / assessment.people) if fits else "-")
        sizes.append(row)
    heads = ["columns", "combinations", "that make somebody unique", "people, median", "people, most"]
    heads += ["unique by so many or fewer", *(["after"] if left is not None else [])]
    shares = list(now.contributions.items())[:_SHOWN]
    worst = [
        [" + ".join(names[name] for name in each.columns), f"{each.unique:,}", f"{each.minimal:,}"]
        for each in now.worst[:_SHOWN]
    ]
    return section(
        "combinations",
        TITLES["combinations"],
        table("Every combination of few columns", heads, sizes),
        table("Combinations that single out most people", ["columns", "unique", "minimally"], worst),
        noted(
            "Minimally: no smaller part of the combination singles the person out. The fewer it takes, "
            "the more a person stands out."
        ),
        bars(
            "Part of each column in what singles people out",
            [Bar(names[name], share) for name, share in shares],
        ),
        table(
            "Part of each column (SUDA scores of sets with it, of all)",
            ["column", "part"],
            [[names[name], percent(share)] for name, share in shares],
        ),
    )


def sensitive(assessment: Assessment) -> str:
    """Show diversity and closeness of sensitive columns."""
    if not assessment.now.diversity:
        return ""
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
    return section(
        "sensitive",
        TITLES["sensitive"],
        said(
            "People who look the same may also have the same answer: then finding the group is enough. "
            f"Here: who is alike in {', '.join(names[name] for name in assessment.now.grouped_by)}. "
            "Distinct and entropy l should be high, t low; each is the worst group's."
        ),
        table(
            "Sensitive columns within groups of people who look the same",
            ["column", "distinct l", "entropy l", "t (distance)", "people in groups of one answer"],
            rows,
        ),
    )


def population(assessment: Assessment) -> str:
    """Show the models of population uniqueness, one beside the other."""
    if not assessment.estimates:
        return section("population", TITLES["population"], said("Nobody is unique here under these columns."))
    over = [_names(assessment)[name] for name in assessment.estimated_over]
    drawn = [
        Bar(f"{each.model.split(' (')[0]}, in a population of {each.size:,}", each.share, each.low, each.high)
        for each in assessment.estimates
    ]
    rows = [
        [each.model, f"{each.size:,}", percent(each.share), f"{percent(each.low)} to {percent(each.high)}"]
        for each in assessment.estimates
    ]
    return section(
        "population",
        TITLES["population"],
        said(
            f"Of people who are unique here under {', '.join(over)}, how many are "
            f"unique in the population? {assessment.sampled.capitalize()}."
        ),
        bars("Unique in the population, of those unique here", drawn),
        table("Estimates", ["model", "population", "share", "95 % interval if the model holds"], rows),
        noted(
            "Take no one of these for the answer. The models differ in what they suppose, and how far they "
            "lie apart says how little a sample tells. Who knows that somebody takes part needs none. "
            f"The copula is not drawn for populations above {MOST_DRAWN:,}."
        ),
    )


def columns(assessment: Assessment) -> str:
    """List the columns."""
    rows = [
        [f"{each.name} {each.title}".strip(), each.part, f"{each.values:,}", percent(each.missing), each.hint]
        for each in assessment.columns
    ]
    counts = ", ".join(f"{count:,} {part}" for part, count in assessment.parts.items())
    return section(
        "columns",
        TITLES["columns"],
        said(f"By the dictionary, the table of participants has {counts}. A missing value counts as one."),
        table("Columns", ["column", "part", "values", "missing", "note"], rows),
    )


def _names(assessment: Assessment) -> dict[str, str]:
    """Return what the dictionary calls each column, its own name where it has no title."""
    return {each.name: each.title or each.name for each in assessment.columns}


def _attackers(caption: str, measured: Anonymity) -> str:
    rows = [_attacker("prosecutor: knows that the person takes part", measured.prosecutor)]
    if measured.journalist is not None:
        rows.append(_attacker("journalist: does not know who takes part", measured.journalist))
        rows.append(
            [
                "marketer: matches everybody",
                percent(measured.marketer or 0.0),
                f"k-map {measured.k_map:,}",
                "",
            ]
        )
    return table(caption, ["attacker", "mean", "highest", "people above 20 %"], rows)


def _attacker(who: str, risk: Risk) -> list[str]:
    return [who, percent(risk.mean), percent(risk.highest), percent(risk.above_a_fifth)]


def _below(measured: Anonymity) -> list[str]:
    return [
        percent(measured.below[bound] / measured.records) if measured.records else "-" for bound in (2, 5, 10)
    ]
