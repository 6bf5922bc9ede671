"""Guess the role of a public UK Biobank field without a dictionary; the rules are applied in this order.

They err on the side of caution and are a first draft for the custodian: a cohort's own dictionary takes
precedence.

1. Free text and records of mixed content            free_text
2. The full date of birth                             direct_identifier
3. Any other date or time                             quasi_identifier
4. Sex, birth, ethnicity, centre, home, work, age at a visit: known to neighbours         quasi_identifier
5. Diagnoses, causes of death, medication, mental and sexual health, addiction, genetics  sensitive
6. Everything else                                    measurement
"""

import re

from strongroom.cohort.dictionary.model import Role

_DATE_OF_BIRTH = 33  # fixed: UK Biobank's field number
_KNOWN_TO_NEIGHBOURS = re.compile(
    r"\bsex\b|(year|month|place|country) of birth|ethnic|assessment centre\b(?!.*duration)"
    r"|home (location|area)|coordinate|postcode|age (when attended|at recruitment)"
    r"|\b(household|accommodation)\b|qualification|education|employment|\bjob\b|\bmultiple birth\b|townsend",
    re.IGNORECASE,
)
_PERSONAL_PLACES = re.compile(
    r"Population characteristics|Assessment Centre > Recruitment|Sociodemographics|Local environment > Home"
    r"|Verbal interview > (Early life|Employment)|Touchscreen > Early life",
    re.IGNORECASE,
)
_SENSITIVE_PLACES = re.compile(
    r"Health-related outcomes|Mental health|Psychosocial|Health and medical history"
    r"|Medical (conditions|history)|Medications|Operations|Sex-specific|Sexual|Alcohol|Addiction|Cannabis"
    r"|Genomics|Genetic|Experience of pain",
    re.IGNORECASE,
)


def guess_role(*, field_id: int, value_type: str, path: str, title: str) -> Role:
    """Return the role of a showcase field from its value type, its category in the showcase and its title."""
    if value_type in {"Text", "Compound"}:
        return Role.FREE_TEXT
    if field_id == _DATE_OF_BIRTH:
        return Role.DIRECT_IDENTIFIER
    if value_type in {"Date", "Time"}:
        return Role.QUASI_IDENTIFIER
    if _PERSONAL_PLACES.search(path) and _KNOWN_TO_NEIGHBOURS.search(title):
        return Role.QUASI_IDENTIFIER
    if _SENSITIVE_PLACES.search(path):
        return Role.SENSITIVE
    return Role.MEASUREMENT
