"""The roles of columns in a recognised table."""

from enum import Enum


class Role(Enum):
    """The role of a column."""

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
