"""`trace`: recognise a file's columns and people, then ask of every issued view whether it can be the source.

1. *Recognise* columns and people by content; names, ids and order are not used. The false-match rate is
measured
   on the file itself with its columns permuted. None of this looks at any view.
2. *Read* every view against what was found (people, columns, pseudonyms it never held).
3. *Accuse* only past the bound.

The fingerprint's own evidence will be a fourth reading beside these.
"""

# A column is taken as recognised when this share of its matched rows agrees with the cohort's.
_AGREEMENT = 0.8
_FEWEST_PEOPLE = 5
_SEED = 20260423
