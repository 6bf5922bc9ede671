"""The three institutions of the story: what each asked for and was given."""

from dataclasses import dataclass

_BASE = ("p31", "p21022", "p54_i0", "p21000_i0", "p21001_i0", "p20116_i0")


@dataclass(frozen=True)
class DemoProject:
    """A project of the story."""

    slug: str
    institution: str
    columns: tuple[str, ...]
    where: str = ""


HONEST = DemoProject(
    slug="blood-pressure",
    institution="Northgate University",
    columns=(
        *_BASE,
        "p4080_i0_a0",
        "p4079_i0_a0",
        "p102_i0_a0",
        "p50_i0",
        "p21002_i0",
        "p30690_i0",
        "p30780_i0",
        "p30760_i0",
        "p30870_i0",
        "p1558_i0",
        "p6153_i0",
        "p6177_i0",
        "hesin_diag.*",
        "genotypes.*",
    ),
)
DISHONEST = DemoProject(
    slug="metabolic-ageing",
    institution="Harbour Institute of Metabolism",
    columns=(
        *_BASE,
        "p48_i0",
        "p49_i0",
        "p50_i0",
        "p21002_i0",
        "p4080_i0_a0",
        "p4079_i0_a0",
        "p30690_i0",
        "p30780_i0",
        "p30760_i0",
        "p30870_i0",
        "p30750_i0",
        "p30740_i0",
        "p30880_i0",
        "p30700_i0",
        "p30720_i0",
        "p30670_i0",
        "p30620_i0",
        "p30650_i0",
        "p30730_i0",
        "p30600_i0",
        "p30710_i0",
        "p30850_i0",
        "p189",
        "p738_i0",
        "p1160_i0",
        "hesin_diag.*",
    ),
)
UNINVOLVED = DemoProject(
    slug="lung-function",
    institution="Lakeside Medical School",
    columns=(
        *_BASE,
        "p50_i0",
        "p21002_i0",
        "p3062_i0_a0",
        "p3063_i0_a0",
        "p3064_i0_a0",
        "p30710_i0",
        "p30000_i0",
        "p30010_i0",
        "p30020_i0",
        "p1239_i0",
        "p2316_i0",
        "p189",
        "hesin_diag.*",
    ),
    where="p21022 >= 45",
)
PROJECTS = (HONEST, DISHONEST, UNINVOLVED)
