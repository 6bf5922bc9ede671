"""Codes of public classifications, and names of drugs, for columns whose codes the dictionary does not list.

The codes only, without meanings, so that a filter on a common disease, operation or drug keeps rows. The
classifications: WHO's ICD-10 (2019) and ICD-9; NHS England's OPCS-4, Read codes (version 2, CTV3) and
SNOMED CT; NHSBSA's BNF codes, by chemical and by section; the ATC index of WHO's centre in Oslo.
"""

import re
from collections.abc import Sequence

from strongroom.cohort.dictionary import Field

_ICD10 = """
A04 A09 A41 A419 B18 B34 C15 C16 C18 C189 C19 C20 C22 C25 C32 C34 C341 C349 C43 C44 C449 C50 C509 C53 C54
C56 C61 C64 C67 C679 C71 C73 C78 C79 C80 C81 C82 C83 C85 C90 C91 C92 D05 D12 D25 D46 D50 D509 D64 D649
E03 E039 E05 E10 E109 E11 E112 E119 E14 E66 E669 E78 E780 E785 E86 E87 F00 F01 F03 F10 F102 F17 F171 F20
F31 F32 F329 F33 F41 F419 F45 G20 G30 G309 G35 G40 G43 G45 G459 G47 G473 G56 G560 G62 H25 H26 H269 H35
H40 H66 H90 H91 I05 I10 I11 I12 I20 I200 I209 I21 I210 I211 I214 I219 I22 I24 I25 I251 I252 I259 I26 I269
I34 I35 I350 I42 I44 I47 I48 I480 I489 I50 I500 I501 I509 I60 I61 I63 I639 I64 I65 I67 I69 I70 I71 I714
I73 I739 I80 I802 I83 I84 J06 J18 J181 J189 J20 J22 J40 J42 J43 J44 J440 J441 J449 J45 J450 J459 J47 J69
J84 J841 J90 J96 K20 K21 K219 K22 K25 K26 K27 K29 K35 K40 K409 K44 K50 K51 K52 K57 K573 K58 K59 K63 K70
K703 K74 K746 K76 K760 K80 K802 K85 L03 L20 L30 L40 L409 M05 M06 M069 M10 M109 M13 M15 M16 M169 M17 M171
M179 M19 M23 M25 M32 M47 M48 M51 M54 M545 M75 M79 M80 M81 M819 N13 N17 N179 N18 N183 N185 N189 N20 N200
N30 N39 N390 N40 N80 N81 N92 N95 O80 R00 R05 R06 R07 R074 R10 R104 R11 R31 R42 R50 R51 R53 R55 R69 S06
S22 S32 S42 S52 S525 S72 S720 S82 T78 T81 U071 V43 W01 W19 X60 Y83 Z03 Z51 Z72 Z720 Z80 Z85 Z86 Z88 Z92
Z95 Z951 Z955 Z96
"""
_ICD9 = """
1539 162 1629 174 1749 185 2500 2509 2720 2724 296 311 332 340 345 401 4019 410 4109 411 413 414 4140
4273 428 4280 430 431 434 4349 436 440 4912 493 4939 496 5300 531 5550 556 5715 574 585 600 714 7140 715
"""
_OPCS4 = """
A52 A521 A65 A651 B27 B274 B28 B282 B283 C71 C712 C75 C751 E03 E036 F34 F344 G45 G451 G459 H01 H011 H012
H22 H221 H229 H25 H33 H52 J18 J183 K40 K401 K402 K403 K45 K49 K491 K50 K60 K601 K62 K63 K75 K751 L29 L294
L85 M45 M459 M65 M653 Q07 Q074 Q08 R17 R18 R24 S06 T20 T202 T74 U20 U201 V25 V33 W37 W371 W38 W381 W39
W40 W401 W41 W42 W46 W82 W822 X33 X40 X403 X70 X72 Y53 Z94
"""
_BNF = """
0103050P0 0103050L0 0106040M0 0202010B0 0202020L0 0204000H0 0204000E0 0205051R0 0205051L0 0205052N0
0206020A0 0206010F0 0208020V0 0209000A0 0209000C0 0212000B0 0212000Y0 0212000B0AAABAB
0212000Y0AAADAD 0301011R0 0302000C0 0403030Q0 0403030D0 0403010B0 0407010H0 0501013B0 0601022B0
0602010V0 0603020T0 1001010J0 01.03.05.00.00 02.02.01.00.00 02.05.05.01.00 02.06.02.00.00 02.09.00.00.00
02.12.00.00.00 03.01.01.01.00 04.03.03.00.00 04.07.01.00.00 06.01.02.02.00 06.02.01.00.00
"""
_READ2 = """
137.. 1371. 137P. 137R. 137S. 22A.. 22K.. 246.. 2469. 246A. 44J3. 44P.. 42W5. 451E. B33.. B34.. B46..
C04.. C10.. C108. C109. C10E. C10F. C320. C34.. E2B.. E2003 F25.. F26.. G20.. G30.. G33.. G573. G58..
G61.. G64.. G65.. G66.. H3... H33.. H43.. J10.. J40.. J41.. K05.. K20.. M11.. M16.. N040. N05.. N330.
65E.. 8B3.. 9N11.
"""
_CTV3 = """
22K.. 246.. 2469. 246A. X40J4 X40J5 XE0Uc XE0Uh XE0YX G20.. G30.. G573. H33.. H3... C10.. C34..
E2B.. F25..
"""
_SNOMED = """
13645005 195967001 22298006 230690007 35489007 38341003 44054006 46635009 49436004 60621009 73211009
84114007 194828000 363406005 254837009 396275006 64859006 69896004 26929004 49049000 271649006 271650006
27113001 50373000
"""
_ATC = """
A02BC01 A10AB01 A10BA02 B01AA03 B01AC04 B01AC06 B01AF01 C03AA01 C03CA01 C07AB02 C07AB07 C08CA01 C09AA03
C09AA05 C09CA01 C10AA01 C10AA05 H02AB06 H03AA01 J01CA04 M01AE01 N02BE01 N05BA01 N06AA09 N06AB04 N06AB06
R03AC02
"""

# International nonproprietary names (WHO), with the forms in which they are prescribed.
_DRUGS = """
Allopurinol 100mg tablets|Amitriptyline 10mg tablets|Amlodipine 5mg tablets|
Amoxicillin 500mg capsules|Aspirin 75mg dispersible tablets|Atenolol 50mg tablets|
Atorvastatin 20mg tablets|Bendroflumethiazide 2.5mg tablets|Bisoprolol 2.5mg tablets|
Candesartan 8mg tablets|Citalopram 20mg tablets|Clopidogrel 75mg tablets|Co-codamol 8mg/500mg tablets|
Diclofenac 50mg tablets|Digoxin 125microgram tablets|Fluoxetine 20mg capsules|Furosemide 40mg tablets|
Gabapentin 300mg capsules|Gliclazide 80mg tablets|Ibuprofen 400mg tablets|
Insulin glargine 100units/ml|Lansoprazole 30mg capsules|Levothyroxine 50microgram tablets|
Lisinopril 10mg tablets|Losartan 50mg tablets|Metformin 500mg tablets|Methotrexate 2.5mg tablets|
Mirtazapine 15mg tablets|Naproxen 500mg tablets|Olanzapine 5mg tablets|Omeprazole 20mg capsules|
Paracetamol 500mg tablets|Prednisolone 5mg tablets|Quetiapine 25mg tablets|Ramipril 5mg capsules|
Rosuvastatin 10mg tablets|Salbutamol 100micrograms inhaler|Sertraline 50mg tablets|
Simvastatin 40mg tablets|Spironolactone 25mg tablets|Tamsulosin 400microgram capsules|
Tramadol 50mg capsules|Warfarin 3mg tablets
"""

_CLASSIFICATIONS = (
    (re.compile(r"icd.?10"), _ICD10.split()),
    (re.compile(r"icd.?9"), _ICD9.split()),
    (re.compile(r"opcs|oper.?4"), _OPCS4.split()),
    (re.compile(r"\bbnf"), _BNF.split()),
    (re.compile(r"read.?3|\bctv ?3|read codes? version 3"), _CTV3.split()),
    (re.compile(r"\bread.?(v?2|codes?)"), _READ2.split()),
    (re.compile(r"snomed"), _SNOMED.split()),
    (re.compile(r"\batc\b"), _ATC.split()),
    (re.compile(r"\b(drug|medicine|medication|product) name"), [each.strip() for each in _DRUGS.split("|")]),
    (re.compile(r"\bdiag"), _ICD10.split()),
)
# UK Biobank's numbers of the codings that it does not print in its dictionary, beside what they code.
_NUMBERED = {"19": "icd10", "87": "icd9", "240": "opcs"}


def example_codes(name: str, field: Field | None) -> Sequence[str]:
    """Return codes of the classification that a column's name, title or coding mentions; empty if none."""
    words = [name.replace("_", " ")]
    if field is not None:
        words.append(field.title)
        if field.coding is not None:
            words.append(_NUMBERED.get(field.coding.name, field.coding.name))
    text = " ".join(words).casefold()
    return next((codes for pattern, codes in _CLASSIFICATIONS if pattern.search(text)), ())
