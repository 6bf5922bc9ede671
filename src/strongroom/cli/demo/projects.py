"""The three projects of the demo: their institutions and approved columns."""

from dataclasses import dataclass

_COMMON = "p31 p21022 p54_i0 p21000_i0 p21001_i0 p20116_i0 p50_i0 p21002_i0"
_PRESSURE = "p4080_i0 p4079_i0 p102_i0 p4080_i0_a1 p4079_i0_a1"
_LIPIDS = "p30690_i0 p30780_i0 p30760_i0 p30870_i0"
_METABOLISM = "p48_i0 p49_i0 p30750_i0 p30740_i0 p30880_i0 p30850_i0 p23099_i0 p23100_i0 p23101_i0"
_ORGANS = "p30700_i0 p30720_i0 p30670_i0 p30620_i0 p30650_i0 p30730_i0 p30600_i0 p30710_i0 p30840_i0"
_LUNGS = "p3062_i0 p3063_i0 p3064_i0 p30710_i0 p1239_i0 p1249_i0 p20161_i0 p189_i0"
_BLOOD = "p30000_i0 p30010_i0 p30020_i0 p30080_i0 p30120_i0 p30140_i0"


@dataclass(frozen=True)
class DemoProject:
    """A project of the demo."""

    slug: str
    institution: str
    approved: str
    where: str = ""

    @property
    def columns(self) -> list[str]:
        """The approved columns."""
        return self.approved.split()


HONEST = DemoProject(
    slug="blood-pressure",
    institution="Northgate University",
    approved=f"{_COMMON} {_PRESSURE} {_LIPIDS} hesin_diag.* genotypes.*",
)
DISHONEST = DemoProject(
    slug="metabolic-ageing",
    institution="Harbour Institute of Metabolism",
    approved=f"{_COMMON} {_PRESSURE} {_LIPIDS} {_METABOLISM} {_ORGANS} hesin_diag.*",
)
UNINVOLVED = DemoProject(
    slug="lung-function",
    institution="Lakeside Medical School",
    approved=f"{_COMMON} {_LUNGS} {_BLOOD} hesin_diag.*",
    where="p21022 >= 45",
)
PROJECTS = (HONEST, DISHONEST, UNINVOLVED)
