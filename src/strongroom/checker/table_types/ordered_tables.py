"""Tables whose rows follow an axis: survival, smooth curves, bins, series in time, panels, draws."""

import re

import numpy as np

from strongroom.checker.table_types.column_roles import Role
from strongroom.checker.table_types.row_keys import find_keys, is_axis, is_group_label
from strongroom.checker.table_types.row_order import (
    autocorrelation,
    counter,
    handed_out,
    identifier_like,
    regular,
    rises,
    rises_or_falls,
)
from strongroom.checker.table_types.typed_table import Column, ColumnKind, TypedTable
from strongroom.checker.table_types.types import NOTHING, Recognised, RecognisedType
from strongroom.thresholds import Thresholds, threshold

_SURVIVAL = re.compile(r"surv|^s$|s\(t\)|km|estimate|prob|cumulative|cif|cuminc", re.IGNORECASE)
_AT_RISK = re.compile(r"risk|^n\.risk", re.IGNORECASE)
_EVENTS = re.compile(r"event|^d$|death|observed|n\.event|fail", re.IGNORECASE)
_TIME = re.compile(r"time|^t$|day|week|month|year|timeline|event_at", re.IGNORECASE)
_ITERATION = re.compile(
    r"iter|draw|^\.?chain|rep|boot|perm|simul|sample_?(no|id|number)?$|^b$|^lp__", re.IGNORECASE
)


class _Limits(Thresholds):
    """The numbers this module decides by."""

    least_autocorrelation: float = threshold(
        0.6,
        "rank correlation of neighbours",
        "judgement: neighbours on curves and series are alike; of columns of 20 shuffled rows fewer "
        "than one in a hundred is above",
    )
    most_values: int = threshold(
        3,
        "columns",
        "judgement: one, two or three series under a date need not be smooth, nor so few parameters "
        "follow the last draw; more columns are measurements of people by date",
    )
    least_rows: int = threshold(4, "rows", "judgement: three rows rise or fall by chance once in three")
    most_estimators: int = threshold(
        12,
        "names",
        "judgement: several estimators in each iteration; more names are people or items",
    )
    least_complete: float = threshold(
        0.9,
        "share of the grid",
        "judgement: each estimator has a row in every iteration, but for failed ones",
    )


LIMITS = _Limits()


def recognise_survival(typed: TypedTable) -> Recognised:
    """Recognise a life table: times rise, survival never does, nor do those at risk."""
    values = typed.numbers
    if typed.rows < LIMITS.least_rows or typed.total_columns > 15:  # noqa: PLR2004 - a curve, its band and its counts
        return NOTHING
    roles: dict[int, Role] = {}
    for place, column in enumerate(typed.columns):
        if column not in values:
            continue
        if (
            _TIME.search(column.name)
            and rises(column.numbers)
            and column.distinct > 1
            and Role.TIME not in roles.values()
        ):
            roles[place] = Role.TIME
        elif _AT_RISK.search(column.name) and column.whole and rises(-column.numbers):
            roles[place] = Role.AT_RISK
        elif _EVENTS.search(column.name) and column.whole and column.values.min() >= 0:
            roles[place] = Role.EVENTS
        elif _SURVIVAL.search(column.name) and _is_survival(column):
            roles[place] = Role.SURVIVAL
    enough = Role.TIME in roles.values() and {Role.SURVIVAL, Role.AT_RISK} & set(roles.values())
    return Recognised(RecognisedType.SURVIVAL, 0.92, roles) if enough else NOTHING


def recognise_ordered(typed: TypedTable) -> Recognised:
    """Recognise bins, curves and series by an axis with values along it."""
    axes = [place for place, column in enumerate(typed.columns) if is_axis(column)]
    if not axes or typed.rows < LIMITS.least_rows:
        return _monotone(typed)
    axis = typed.columns[axes[0]]
    values = [
        column for column in typed.columns if column.number and not is_axis(column) and column.distinct > 1
    ]
    roles: dict[int, Role] = dict.fromkeys(axes, Role.KEY)
    roles |= {place: Role.VALUE for place, column in enumerate(typed.columns) if column in values}
    smooth = [column for column in values if abs(autocorrelation(column)) > LIMITS.least_autocorrelation]
    if axis.kind is ColumnKind.DATE and (len(values) <= LIMITS.most_values or 2 * len(smooth) >= len(values)):
        return Recognised(RecognisedType.TIME_SERIES, 0.9, roles)
    if len(smooth) >= 0.8 * len(values):
        return Recognised(RecognisedType.CURVE, 0.85, roles)
    return _monotone(typed)


def recognise_panel(typed: TypedTable) -> Recognised:
    """Recognise values on a grid of groups, e.g. regions and years."""
    keys = find_keys(typed)
    columns = [typed.columns[place] for place in keys]
    if (
        not any(map(is_group_label, columns))
        or any(map(handed_out, columns))
        or any(map(identifier_like, columns))
    ):
        return NOTHING
    if len(keys) == 1 and not is_axis(columns[0]):
        return NOTHING
    values = [place for place, each in enumerate(typed.columns) if place not in keys and each.distinct > 1]
    if len(values) > 4 * len(keys):
        return NOTHING
    return Recognised(
        RecognisedType.PANEL, 0.85, dict.fromkeys(keys, Role.KEY) | dict.fromkeys(values, Role.VALUE)
    )


def recognise_draws(typed: TypedTable) -> Recognised:
    """Recognise traces of a sampler and resampled estimates by an iteration index and how the rest moves.

    Draws are continuous throughout and either depend on the draw before or are bell-shaped and few; rows of
    people with an index column are neither, unless a few of their measurements were standardised.
    """
    index = [
        place for place, column in enumerate(typed.columns) if _ITERATION.search(column.name) and column.whole
    ]
    counted = [place for place in index if _counts_up(typed.columns[place])]
    named = _estimators(typed, counted)
    rest = [
        column
        for place, column in enumerate(typed.columns)
        if place not in {*index, *named} and column.distinct > 1
    ]
    if not counted or not rest or typed.rows < 20:  # noqa: PLR2004 - too few to see how they move
        return NOTHING
    if any(not column.number or column.distinct < 0.3 * typed.rows for column in rest):
        return NOTHING
    moves = [column for column in rest if abs(autocorrelation(column)) > max(0.1, 4 / typed.rows**0.5)]
    bells = [
        column for column in rest if _bell(column) and abs(column.values.mean()) > 0.2 * column.values.std()
    ]
    if 3 * len(moves) < len(rest) and not (len(rest) <= LIMITS.most_values and len(bells) == len(rest)):
        return NOTHING
    roles = dict.fromkeys(index, Role.ITERATION) | dict.fromkeys(named, Role.KEY)
    roles |= {place: Role.VALUE for place, column in enumerate(typed.columns) if column in rest}
    # With a name for each estimator it is also a panel, whose rows would be read again.
    return Recognised(RecognisedType.DRAWS, 0.86 if named else 0.85, roles)


def _is_survival(column: Column) -> bool:
    most = 100 if column.values.max() > 1 else 1
    return bool(column.values.min() >= 0 and column.values.max() <= most) and (rises_or_falls(column.numbers))


def _monotone(typed: TypedTable) -> Recognised:
    """Recognise thresholds with cumulative values (ROC, calibration) and edges with densities."""
    numbers = {
        place: column for place, column in enumerate(typed.columns) if column.number and column.distinct > 1
    }
    moving = [place for place, column in numbers.items() if _moves(column)]
    if len(numbers) < 2 or len(numbers) > 6 or typed.rows < LIMITS.least_rows:  # noqa: PLR2004 - an axis and its values
        return NOTHING
    spread = [column for place, column in numbers.items() if place not in moving and not counter(column)]
    smooth = all(abs(autocorrelation(column)) > LIMITS.least_autocorrelation for column in spread)
    different = {numbers[place].numbers.tobytes() for place in moving}
    if len(different) >= 2 and smooth:  # noqa: PLR2004 - two that move together
        return Recognised(RecognisedType.CURVE, 0.8, dict.fromkeys(numbers, Role.VALUE))
    edges = [place for place in moving if regular(numbers[place].numbers) and not counter(numbers[place])]
    if edges and smooth:
        return Recognised(RecognisedType.BINS, 0.8, dict.fromkeys(numbers, Role.VALUE))
    return NOTHING


def _moves(column: Column) -> bool:
    """Return whether a column rises or falls throughout, in more than a few cells that are filled."""
    return len(column.values) >= LIMITS.least_rows and rises_or_falls(column.numbers)


def _estimators(typed: TypedTable, counted: list[int]) -> list[int]:
    """Return the column that names in a few words what was estimated in each iteration, each once."""
    found = []
    for place, column in enumerate(typed.columns):
        few = column.kind is ColumnKind.TEXT and 1 < column.distinct <= LIMITS.most_estimators
        if few and counted and column.wordy > 0.5:  # noqa: PLR2004 - most are names
            pairs = np.column_stack([typed.columns[counted[0]].codes, column.codes])
            grid = typed.columns[counted[0]].distinct * column.distinct
            if len(np.unique(pairs, axis=0)) == typed.rows and typed.rows >= LIMITS.least_complete * grid:
                found.append(place)
    return found if len(found) == 1 else []


def _counts_up(column: Column) -> bool:
    steps = np.diff(column.values)
    return len(steps) > 0 and bool(np.mean(steps == np.median(steps)) > 0.9)  # noqa: PLR2004 - chains restart


def _bell(column: Column) -> bool:
    scaled = (column.values - column.values.mean()) / max(float(column.values.std()), 1e-300)
    return bool(abs(np.mean(scaled**3)) < 0.5 and abs(np.mean(scaled**4) - 3) < 1)  # noqa: PLR2004 - the normal's moments
