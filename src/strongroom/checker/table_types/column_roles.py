"""What a column of a recognised table is for."""

from enum import Enum


class Role(Enum):
    """What a column is for."""

    LABEL = "label"
    KEY = "key"
    VARIANT = "variant"
    CHROMOSOME = "chromosome"
    POSITION = "position"
    ALLELE = "allele"
    FREQUENCY = "frequency"
    SIZE = "sample size"
    QUALITY = "quality"
    EFFECT = "effect"
    ERROR = "standard error"
    LOWER = "lower bound"
    UPPER = "upper bound"
    P = "p value"
    LOG_P = "minus log10 of p"
    STATISTIC = "test statistic"
    COUNT = "count"
    PERCENT = "percentage"
    TIME = "time"
    SURVIVAL = "survival"
    AT_RISK = "at risk"
    EVENTS = "events"
    ITERATION = "iteration"
    VALUE = "value"
