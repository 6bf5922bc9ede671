"""Example codes of classifications: the right one for a column, in the form its data have."""

import re

import pytest

from strongroom.cohort.dictionary import Coding, Field, Role, ValueType
from strongroom.disclosure.dummy.example_codes import example_codes


@pytest.mark.parametrize(
    ("name", "title", "prefixes", "form"),
    [
        ("diag_icd10", "", ("I21", "I50", "E11", "C50", "J44", "F32", "N18"), r"[A-Z]\d{2}\d?"),
        ("cause", "Cause of death, ICD-10", ("I25", "C34"), r"[A-Z]\d{2}\d?"),
        ("diag_icd9", "", ("410", "250"), r"\d{3}\d?"),
        ("oper4", "", ("K40", "W37", "K75"), r"[A-Z]\d{2}\d?"),
        ("p41272", "Operative procedures - OPCS4", ("H01",), r"[A-Z]\d{2}\d?"),
        ("bnf_code", "", ("0212", "02.12"), r"[0-9A-Z.]{9,15}"),
        ("read_2", "", ("G30", "C10", "H33"), r"[0-9A-Za-z.]{5}"),
        ("read_3", "", ("X40J5", "22K"), r"[0-9A-Za-z.]{5}"),
        ("ctv3", "", ("X40J5",), r"[0-9A-Za-z.]{5}"),
        ("snomed_code", "", ("44054006",), r"\d{6,}"),
        ("atc", "", ("C10AA", "A10BA02"), r"[A-Z]\d{2}[A-Z]{2}\d{2}"),
        ("drug_name", "", ("Simvastatin", "Metformin", "Amoxicillin"), r"[A-Z][\w.%/ -]+[a-z]"),
        ("diag_main", "", ("I21",), r"[A-Z]\d{2}\d?"),
    ],
)
def test_common_codes_are_there_in_their_form(name, title, prefixes, form):
    codes = example_codes(name, Field.named(name, ValueType.TEXT, Role.SENSITIVE, title=title))
    assert all(re.fullmatch(form, code) for code in codes)
    assert all(any(code.startswith(prefix) for code in codes) for prefix in prefixes)


def test_a_coding_names_the_classification():
    of = {
        name: example_codes("p1", Field.named("p1", ValueType.CATEGORY, Role.SENSITIVE, coding=Coding(name)))
        for name in ("19", "icd10", "240", "7")
    }
    assert of["19"] == of["icd10"]
    assert of["240"] == example_codes("oper4", None)
    assert not of["7"]


def test_other_text_has_no_codes():
    assert not example_codes("ready", None)
