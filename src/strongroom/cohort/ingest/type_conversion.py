"""Convert a column's values to the dictionary's type, exactly; values that do not fit are refused.

Everything here works on whole arrays and raises `pa.ArrowInvalid` without a position: `first_unconvertible`
finds the row.
"""

import re
from collections.abc import Callable

import pyarrow as pa
import pyarrow.compute as pc

from strongroom.cohort.dictionary import Field, ValueType
from strongroom.cohort.dictionary.date_format import strptime_format

MISSING = ("", "NA", "NaN", "nan", "N/A", "NULL", "null")
"""Spellings of a missing value in text files, unless the column's coding gives one of them a meaning."""

_WHOLE_NUMBER = re.compile(r"0|-?[1-9][0-9]{0,9}")
_DECIMAL_COMMA = re.compile(r"[-+]?[0-9.]*[0-9],[0-9]+")
_OTHER_DATE = re.compile(r"[0-9]{1,4}[./-][0-9]{1,2}[./-][0-9]{1,4}")
_INT32 = 2**31  # fixed: bounds of a 32-bit integer
_PLAIN_TYPES = {
    ValueType.INTEGER: pa.int64(),
    ValueType.REAL: pa.float64(),
    ValueType.DATE: pa.date32(),
    ValueType.DATETIME: pa.timestamp("us"),
    ValueType.BOOLEAN: pa.bool_(),
    ValueType.TEXT: pa.string(),
}
_WORDS = {
    pa.int64(): "a whole number",
    pa.int32(): "a whole number, like its codes",
    pa.float64(): "a finite number",
    pa.date32(): "a date written YYYY-MM-DD",
    pa.timestamp("us"): "a date and time written YYYY-MM-DD HH:MM:SS",
    pa.bool_(): "true or false",
    pa.string(): "UTF-8 text",
}


def storage_type(field: Field) -> pa.DataType:
    """Return the type a column is stored in: whole-number codes as numbers, other codes as text."""
    if field.type is not ValueType.CATEGORY:
        return _PLAIN_TYPES[field.type]
    codes = [] if field.coding is None else list(field.coding.values)
    if not codes or not all(_WHOLE_NUMBER.fullmatch(code) for code in codes):
        return pa.string()
    return pa.int32() if all(-_INT32 <= int(code) < _INT32 for code in codes) else pa.int64()


def describe_type(target: pa.DataType) -> str:
    """Describe the values that can be stored as `target`."""
    return _WORDS[target]


def describe_misfit(value: object, target: pa.DataType, written: str = "") -> tuple[str, str]:
    """Return what a value is not, and what to do; the value itself is not quoted."""
    dated = pa.types.is_date(target) or pa.types.is_timestamp(target)
    text = value.strip() if isinstance(value, str) else ""
    if (pa.types.is_floating(target) or pa.types.is_integer(target)) and _DECIMAL_COMMA.fullmatch(text):
        return "has a decimal comma.", "Write decimals with a point, as in 1.5."
    if dated and written:
        return f"is not a date written {written}.", "Correct the value, or the format in the dictionary."
    if dated and _OTHER_DATE.match(text):
        hint = "Say in the dictionary how the column's dates are written, for example format: DD/MM/YYYY."
        return f"is not {describe_type(target)}.", hint
    return f"is not {describe_type(target)}.", "Correct the value, or the column's type in the dictionary."


def conform(
    array: pa.Array, target: pa.DataType, missing: tuple[str, ...] = MISSING, written: str = ""
) -> pa.Array:
    """Return `array` as `target`, exactly; NaN and the `missing` spellings become missing values.

    `written` is how text writes dates, if not as YYYY-MM-DD.
    """
    if pa.types.is_dictionary(array.type):
        array = array.dictionary_decode()
    if pa.types.is_null(array.type):
        return pa.nulls(len(array), target)
    if _is_text(array.type):
        return _finite(_from_text(array, target, missing, written))
    if pa.types.is_floating(array.type):
        array = _finite(array)
    if array.type.equals(target):
        return array
    if not _may_become(array.type, target):
        raise pa.ArrowInvalid(f"{array.type} cannot become {target}")
    return _converted(array, target)


def first_unconvertible(array: pa.Array, convert: Callable[[pa.Array], pa.Array]) -> int | None:
    """Return the index of the first value that `convert` refuses, by bisection; None if there is none."""
    if _fits(array, convert):
        return None
    low, high = 0, len(array)
    while high - low > 1:
        middle = (low + high) // 2
        if _fits(array.slice(low, middle - low), convert):
            low = middle
        else:
            high = middle
    return low


def _fits(array: pa.Array, convert: Callable[[pa.Array], pa.Array]) -> bool:
    try:
        convert(array)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        return False
    return True


def _is_text(kind: pa.DataType) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind))


def _may_become(kind: pa.DataType, target: pa.DataType) -> bool:
    """Tell which types hold the same values: numbers are never read as dates, nor dates as numbers."""
    number = pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind)
    if pa.types.is_integer(target) or pa.types.is_floating(target) or pa.types.is_boolean(target):
        return bool(number or pa.types.is_boolean(kind))
    if pa.types.is_string(target):
        return bool(number)
    return bool(pa.types.is_date(kind) or pa.types.is_timestamp(kind))


def _converted(array: pa.Array, target: pa.DataType) -> pa.Array:
    if pa.types.is_string(target) or pa.types.is_boolean(target):
        # As a code, 5.0 (pandas' form of 5 in a column with missing values) is 5.
        array = array.cast(pa.int64())
    if pa.types.is_boolean(target) and pc.any(pc.invert(pc.is_in(array, pa.array([0, 1, None])))).as_py():
        raise pa.ArrowInvalid("a number other than 0 and 1 is not a boolean")
    converted = array.cast(target)
    # Arrow silently drops a date's time of day.
    if pa.types.is_date(target) and pc.any(pc.not_equal(converted.cast(array.type), array)).as_py():
        raise pa.ArrowInvalid("a date has no time of day")
    return converted


def _from_text(array: pa.Array, target: pa.DataType, missing: tuple[str, ...], written: str) -> pa.Array:
    text = array.cast(pa.string())
    if not pa.types.is_string(target):
        text = pc.utf8_trim_whitespace(text)
    text = pc.if_else(pc.is_in(text, pa.array(missing, pa.string())), pa.scalar(None, pa.string()), text)
    if pa.types.is_boolean(target):
        return _converted(_boolean_codes(text), target)
    if written:
        return _dates(text, target, strptime_format(written))
    if not pa.types.is_integer(target):
        return text.cast(target)
    try:
        return text.cast(target)
    except pa.ArrowInvalid:
        return text.cast(pa.float64()).cast(target)


def _dates(text: pa.Array, target: pa.DataType, directives: str) -> pa.Array:
    moments = pc.strptime(text, format=directives, unit="s")
    # strptime takes 30 February for 1 March; 4/3/2008 is as good as 04/03/2008.
    if pc.any(pc.not_equal(_unpadded(pc.strftime(moments, format=directives)), _unpadded(text))).as_py():
        raise pa.ArrowInvalid("not a day of the calendar")
    return moments.cast(target)


def _unpadded(text: pa.Array) -> pa.Array:
    return pc.replace_substring_regex(text, r"\b0+([0-9])", r"\1")


def _boolean_codes(text: pa.Array) -> pa.Array:
    lowered = pc.utf8_lower(text)
    for word, code in (("true", "1"), ("false", "0")):
        lowered = pc.if_else(pc.equal(lowered, word), code, lowered)
    return lowered.cast(pa.int64())


def _finite(array: pa.Array) -> pa.Array:
    if not pa.types.is_floating(array.type) or pc.all(pc.is_finite(array)).as_py() is not False:
        return array
    array = pc.if_else(pc.is_nan(array), pa.scalar(None, array.type), array)
    if pc.any(pc.is_inf(array)).as_py():
        raise pa.ArrowInvalid("an infinite number")
    return array
