"""The glossary has every word of the design, once, in one sentence, in order."""

import re
from pathlib import Path

GLOSSARY = (Path(__file__).resolve().parents[2] / "GLOSSARY.md").read_text(encoding="utf-8")
ENTRY = re.compile(r"^- \*\*(.+?)\*\*(?: \*\(planned\)\*)?: (.+)$", re.MULTILINE)
WORDS = """
custodian, institution, researcher, principal investigator, access committee, output checker, auditor, cohort,
participant, data dictionary, direct identifier, quasi-identifier, project, view, pseudonym, fingerprint,
decoy, airlock, release request, verdict, finding, suppression, rounding, cell-key perturbation,
differential privacy, privacy budget, differencing, hold, pause, ledger, entry, checkpoint,
inclusion proof, consistency proof, incident
"""


def test_no_word_of_the_design_is_missing():
    defined = {word for word, _ in ENTRY.findall(GLOSSARY)}
    assert {word.strip() for word in WORDS.split(",")} <= defined


def test_words_stand_once_and_in_order():
    defined = [word for word, _ in ENTRY.findall(GLOSSARY)]
    assert defined == sorted(set(defined))


def test_each_definition_is_one_sentence():
    for word, sentence in ENTRY.findall(GLOSSARY):
        assert re.fullmatch(r"[A-Z][^.]*(?:\.\d[^.]*)*\.", sentence), word
