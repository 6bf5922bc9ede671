"""One tree of errors, each with an exit code and a sentence that says what to do next.

StrongroomError                 1
├── UsageError                  2   the command was called wrongly
│   └── QueryError              2   a query asks what cannot be asked
├── NotFoundError               1   no such cohort, project, view, entry
├── AlreadyExistsError          1   a name is taken
├── RefusedError                1   the state does not allow it (revoked, paused, not approved)
├── InputError                  1   a file handed in is not what it should be: file, row, column
│   ├── DictionaryError
│   └── IngestError
├── KeyUnavailableError         1   a key is missing, wrong or destroyed
├── StoreError                  1   a stored file is missing or was changed
└── LedgerError                 1
└── VerificationError       1   the record does not verify
"""

from pathlib import Path


class StrongroomError(Exception):
    """Base of every error a caller may expect; `hint` is the sentence that says what to do."""

    exit_code = 1

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".strip()


class UsageError(StrongroomError):
    """The command or function was called wrongly."""

    exit_code = 2


class QueryError(UsageError):
    """A query asks what cannot be asked: the message names the part, the hint says how to ask instead."""


class NotFoundError(StrongroomError):
    """Nothing of that name exists."""


class AlreadyExistsError(StrongroomError):
    """The name is already taken."""


class RefusedError(StrongroomError):
    """The present state does not allow this act."""


class InputError(StrongroomError):
    """A file handed in is not what it should be, with the place where that shows.

    `row` counts data rows from 1 (the header is row 0); `column` is the column's name.
    """

    def __init__(
        self,
        message: str,
        *,
        file: Path | str | None = None,
        row: int | None = None,
        column: str | None = None,
        hint: str = "",
    ) -> None:
        self.file = None if file is None else str(file)
        self.row = row
        self.column = column
        place = [
            part
            for part in (
                self.file,
                None if row is None else f"row {row}",
                None if column is None else f"column {column}",
            )
            if part
        ]
        super().__init__(f"{', '.join(place)}: {message}" if place else message, hint=hint)


class DictionaryError(InputError):
    """A data dictionary cannot be read or does not describe the data."""


class IngestError(InputError):
    """A data file cannot be taken into a cohort."""


class KeyUnavailableError(StrongroomError):
    """A key is missing, wrong, or was destroyed on purpose."""


class StoreError(StrongroomError):
    """A file of the vault is missing or is not the file that was written."""


class LedgerError(StrongroomError):
    """The ledger cannot be written or read."""


class VerificationError(LedgerError):
    """The ledger, or a copy of it, does not verify."""
