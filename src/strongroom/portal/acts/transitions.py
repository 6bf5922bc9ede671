"""States as a table: what may happen to a thing in which state, and which state follows."""

from collections.abc import Mapping
from dataclasses import dataclass

from strongroom.errors import RefusedError


@dataclass(frozen=True)
class Transitions:
    """The states of one kind of thing.

    `table` has for each state the verbs that are allowed and the state that follows; `names` are the states
    in a reader's words.
    """

    what: str
    table: Mapping[str, Mapping[str, str]]
    names: Mapping[str, str]

    def after(self, state: str, verb: str) -> str:
        """Return the state after a verb; RefusedError where the state does not allow it."""
        following = self.table.get(state, {}).get(verb)
        if following is None:
            raise RefusedError(f"This {self.what} is {self.name(state)}: it cannot be {verb} now.")
        return following

    def allows(self, state: str, verb: str) -> bool:
        """Return whether a verb is allowed in a state."""
        return verb in self.table.get(state, {})

    def name(self, state: str) -> str:
        """Return a state in a reader's words."""
        return self.names[state]

    def diagram(self) -> str:
        """Return the table as a Mermaid diagram, for the docs."""
        lines = ["stateDiagram-v2"]
        lines += [f"    {state}: {self.names[state]}" for state in self.names]
        for state, verbs in self.table.items():
            lines += [f"    {state} --> {following}: {verb}" for verb, following in verbs.items()]
            lines += [f"    {state} --> [*]"] if not verbs else []
        return "\n".join(lines)
