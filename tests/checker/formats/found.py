"""What tests of readers ask of what was found."""

from strongroom.checker.contents.found import FoundModel, FoundProblem, FoundTable, FoundText, Limits
from strongroom.checker.disguises.search_file import read_bytes


def read(data, name, **limits):
    """Return all that is found in bytes under a name."""
    return list(read_bytes(data, name, limits=Limits(**limits)))


def tables(found):
    """Return the tables by the last step of their place."""
    return {each.where.split(" > ")[-1]: each.table for each in found if isinstance(each, FoundTable)}


def problems(found):
    """Return the kinds of problems."""
    return {each.kind for each in found if isinstance(each, FoundProblem)}


def words(found):
    """Return all text as one."""
    return "\n".join(each.text for each in found if isinstance(each, FoundText))


def model(found):
    """Return the one model that was found."""
    [each] = [each for each in found if isinstance(each, FoundModel)]
    return each
