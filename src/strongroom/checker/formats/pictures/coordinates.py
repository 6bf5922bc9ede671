"""Coordinates rounded to five significant figures: more precision is invisible but can carry data."""

import re

from strongroom.checker.formats.pictures.geometry import COMMAND, NUMBER, TRANSFORM, numbers

_WITH_UNIT = re.compile(rf"({NUMBER.pattern})(px|pt|pc|em|ex|mm|cm|in|%)?")
_BACK = re.compile(r"Z(?: Z)+")


def rounded_coordinates(name: str, value: str) -> str:
    """Return a path, a transform or a list of numbers with units, rounded; "" for anything else."""
    if name == "d":
        commands = (_command(*found) for found in COMMAND.findall(value))
        return _BACK.sub("Z", " ".join(command for command in commands if command))
    if name.lower().endswith("transform"):
        found = TRANSFORM.findall(value)
        return " ".join(f"{kind}({_short(arguments)})" for kind, arguments in found if _short(arguments))
    if _WITH_UNIT.sub("", value).strip(" ,\t\r\n"):
        return ""
    return " ".join(f"{float(number):.5g}{unit}" for number, unit in _WITH_UNIT.findall(value))


def _command(letter: str, arguments: str) -> str:
    """Return a path command with its numbers; a command that lacks its numbers draws nothing."""
    figures = _short(arguments)
    if letter in "Zz":
        return "Z"
    return f"{letter} {figures}" if figures else ""


def _short(arguments: str) -> str:
    return " ".join(f"{each:.5g}" for each in numbers(arguments))
