"""All errors that callers can expect, each with an exit code and a hint that says what to do next.

The number is the exit code of the command line.

    StrongroomError                 1
    ├── UsageError                  2   a command or function was called wrongly
    │   └── QueryError              2   a query is not supported
    ├── NotFoundError               1   no such cohort, project, view, entry
    ├── AlreadyExistsError          1   the name is in use
    ├── RefusedError                1   the current state does not allow it (revoked, over a limit)
    │   └── AccessDeniedError       1   this person may not do it
    ├── InputError                  1   an input file is invalid: file, row, column
    │   ├── DictionaryError         1   a data dictionary is invalid
    │   └── IngestError             1   a data file cannot be added to a cohort
    ├── KeyUnavailableError         1   a key is missing, wrong or destroyed
    ├── StoreError                  1   a file of the vault is missing or was changed
    └── LedgerError                 1   the ledger cannot be written or read
        ├── VerificationError       1   the ledger, or a copy of it, does not verify
        │   └── LedgerFaultError    1   the same, with the kind of fault (strongroom.ledger)
        └── WitnessRefusedError     1   the witness does not cosign (strongroom.ledger)
"""

from pathlib import Path


class StrongroomError(Exception):
    """Base of all expected errors; `hint` is a sentence that says what to do next."""

    exit_code = 1

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".strip()


class UsageError(StrongroomError):
    """A command or function was called wrongly."""

    exit_code = 2


class QueryError(UsageError):
    """A query is not supported: the message quotes the part, the hint says what to write instead."""


class NotFoundError(StrongroomError):
    """No cohort, project, view or entry has this name or number."""


class AlreadyExistsError(StrongroomError):
    """The name is already in use."""


class RefusedError(StrongroomError):
    """The current state does not allow this action."""


class AccessDeniedError(RefusedError):
    """This person may not do this."""


class InputError(StrongroomError):
    """An input file is invalid; the error says where.

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
    """A data dictionary cannot be read, or does not describe the data."""


class IngestError(InputError):
    """A data file cannot be added to a cohort."""


class KeyUnavailableError(StrongroomError):
    """A key is missing, wrong, or was destroyed on purpose."""


class StoreError(StrongroomError):
    """A file of the vault is missing or was changed."""


class LedgerError(StrongroomError):
    """The ledger cannot be written or read."""


class VerificationError(LedgerError):
    """The ledger, or a copy of it, does not verify."""
