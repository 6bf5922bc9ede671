"""The readers of compressed files, archives and genotypes, and of archives that are not opened here."""

from collections.abc import Iterator, Mapping

from strongroom.checker.contents.found import Artefact, ProblemKind
from strongroom.checker.formats.archives import tar_archive
from strongroom.checker.formats.kinds import FileKind
from strongroom.checker.formats.part import Context, Part, PartReader
from strongroom.checker.formats.science import plink, vcf
from strongroom.checker.formats.streams import compressed
from strongroom.checker.formats.text import rtf, xml_records


def _foreign(part: Part, context: Context) -> Iterator[Artefact]:
    del context
    yield part.problem(
        ProblemKind.UNKNOWN_TYPE, "an archive that is not opened here: pack it as zip, tar.gz or tar.xz"
    )


def _programs(part: Part, context: Context) -> Iterator[Artefact]:
    del context
    yield part.problem(ProblemKind.ACTIVE_CONTENT, "an archive of programs")


PACKED: Mapping[FileKind, PartReader] = {
    FileKind.BZIP2: compressed.read,
    FileKind.XZ: compressed.read,
    FileKind.ZSTD: compressed.read,
    FileKind.TAR: tar_archive.read,
    FileKind.FOREIGN_ARCHIVE: _foreign,
    FileKind.PROGRAM_ARCHIVE: _programs,
    FileKind.VCF: vcf.read,
    FileKind.BCF: vcf.read_bcf,
    FileKind.BED: plink.read_bed,
    FileKind.PGEN: plink.read_pgen,
    FileKind.BGEN: plink.read_bgen,
    FileKind.PLINK_TEXT: plink.read_raw,
    FileKind.RTF: rtf.read,
    FileKind.XML: xml_records.read,
}
