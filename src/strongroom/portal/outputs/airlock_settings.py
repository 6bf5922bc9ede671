"""The custodian's settings of the airlock on the site, from the home's `airlock.yaml`."""

from dataclasses import dataclass, fields

import yaml

from strongroom.errors import InputError
from strongroom.portal.home import Home

AT_ONCE, ONE_CHECKER = "at once", "one checker"


@dataclass(frozen=True)
class AirlockSettings:
    """Who releases what is green, how much may be handed in and may leave, and for how long it is offered.

    `green`: "at once" to release green submissions without a person, "one checker" to have one look.
    `most_files`, `most_mb`: of one submission. `files_a_day`, `mb_a_day`: of all releases of a project within
    24 hours. `download_days`: how long released copies can be downloaded.
    """

    green: str = AT_ONCE
    most_files: int = 50
    most_mb: int = 200
    files_a_day: int = 100
    mb_a_day: int = 100
    download_days: int = 30


def airlock_settings(home: Home) -> AirlockSettings:
    """Return the settings of the home, or the defaults; InputError for invalid ones."""
    file = home.path / "airlock.yaml"
    if not file.exists():
        return AirlockSettings()
    try:
        read = yaml.safe_load(file.read_text(encoding="utf-8")) or {}
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise InputError("it is not valid YAML.", file=file) from error
    types = {each.name: type(each.default) for each in fields(AirlockSettings)}
    for name, value in dict(read).items():
        if name not in types:
            raise InputError(f"there is no setting {name!r}.", file=file, hint=f"Known: {', '.join(types)}.")
        if type(value) is not types[name] or (isinstance(value, int) and value <= 0):
            raise InputError(f"{name} has an invalid value.", file=file)
    settings = AirlockSettings(**read)
    if settings.green not in (AT_ONCE, ONE_CHECKER):
        raise InputError(
            f"green is {settings.green!r}.", file=file, hint=f"Use {AT_ONCE!r} or {ONE_CHECKER!r}."
        )
    return settings
