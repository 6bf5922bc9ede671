"""Read YAML as text with line numbers: no type is guessed (`0: No` stays text), no key may occur twice."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from strongroom.cohort.dictionary.text_table import read_text
from strongroom.errors import DictionaryError
from strongroom.thresholds import Thresholds, threshold


class _Limits(Thresholds):
    """The numbers this module decides by."""

    deepest: int = threshold(
        5,
        "levels",
        "judgement: a dictionary has four; YAML aliases nested deeper can grow exponentially",
    )


LIMITS = _Limits()


@dataclass(frozen=True)
class YamlNode:
    """A value and the line it begins on: text, a list of nodes or a mapping of names to nodes."""

    value: "str | list[YamlNode] | Mapping[str, YamlNode]"
    line: int

    @property
    def entries(self) -> "Mapping[str, YamlNode]":
        """The mapping's nodes; empty for text and lists."""
        return self.value if isinstance(self.value, Mapping) else {}

    def plain(self) -> Any:
        """Return the value without line numbers."""
        if isinstance(self.value, str):
            return self.value
        if isinstance(self.value, list):
            return [item.plain() for item in self.value]
        return {name: item.plain() for name, item in self.value.items()}


def read_yaml(path: Path) -> YamlNode:
    """Return the document in `path`; DictionaryError with the line (as row) if it is not valid YAML."""
    try:
        # Composing stops at text nodes: tags and implicit types are never constructed.
        node = yaml.compose(read_text(path), Loader=yaml.CSafeLoader)
    except yaml.MarkedYAMLError as error:
        line = None if error.problem_mark is None else error.problem_mark.line + 1
        raise DictionaryError(f"This is not YAML: {error.problem}.", file=path, row=line) from error
    except (yaml.YAMLError, RecursionError) as error:
        raise DictionaryError("This is not YAML.", file=path) from error
    if node is None:
        raise DictionaryError("The file is empty.", file=path)
    return _entry(node, path, depth=0)


def _entry(node: yaml.Node, path: Path, *, depth: int) -> YamlNode:
    line = node.start_mark.line + 1
    if depth > LIMITS.deepest:
        # A short file with nested aliases would otherwise grow without bound.
        raise DictionaryError("A dictionary has fewer levels of nesting.", file=path, row=line)
    if isinstance(node, yaml.ScalarNode):
        return YamlNode(str(node.value), line)
    if isinstance(node, yaml.SequenceNode):
        return YamlNode([_entry(item, path, depth=depth + 1) for item in node.value], line)
    entries: dict[str, YamlNode] = {}
    for key, value in node.value:
        row = key.start_mark.line + 1
        if not isinstance(key, yaml.ScalarNode):
            raise DictionaryError("A key must be one word.", file=path, row=row)
        if key.value in entries:
            raise DictionaryError("The key occurs twice.", file=path, row=row, column=key.value)
        inner = _entry(value, path, depth=depth + 1)
        entries[str(key.value)] = YamlNode(inner.value, row)
    return YamlNode(entries, line)
