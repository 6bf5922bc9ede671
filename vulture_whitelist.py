# ruff: noqa: B018, F821 - the names of things, for vulture alone
"""What looks unused to vulture and is not, with the reason; `make check` fails for anything else."""

# Run or called by their names: `python -m`, a shell of another process, a template, a Typer command, getattr.
serve
decide
doctor
dummy
tick_marks
limit_marks
bar_height
band_height
paragraphs
feather
json_records
zipped
revoke  # strongroom.room: for programs that use the library

# Protocols of Python and of libraries: files, imports, class creation, sqlite3, Pillow, openpyxl, pikepdf.
readable
seekable
find_spec
__init_subclass__
text_factory
MAX_IMAGE_PIXELS
block_size
sheet_state
number_format
should_simplify
Unused
OCProperties
Properties
import_dataset
import_fingerprinted_dataset
write_dataset

# The base of all models, which are not searched.
RecordedModel
abstract

# Model fields that are set here and read in the database.
decided_at
decided_by
destroyed_at
released_at
released_to

# Fields of values that callers, reports and tests read.
cells_with
direct
ever
grand_total
identifiers
judge_here
out_of_coding
row_numbers
secondary

# Names that annotations use as text.
Item

# Parts of a tuple that a format has and nobody needs.
_ten
_variants

# Kept for callers of the library; only tests use it here.
implied_counts

# A member of an enumeration that is complete only with it.
QUALITY
_.word_wrap  # python-pptx: a text box of a slide that a benchmark makes

# Django finds these by their dotted names, or templates by theirs.
_.ACT
_.READ
_.AccountAdapter
_.DenyByDefault
_.ExplainedErrors
_.Fields
_.SecondFactorAdapter
_.SignInForm
_.SignedInPerson
_.app_name
_.can_delete_authenticator
_.clean_password
_.closed_because
_.countries
_.denied
_.field_template_name
_.form_template_name
_.funder
_.get_totp_label
_.handler403
_.handler404
_.handler500
_.help_text
_.house
_.is_open_for_signup
_.is_picture
_.not_found
_.process_exception
_.process_view
_.resumed_at
_.resumed_by
_.send_notification_mail
_.session_epoch
_.suspended_because
_.upload_handlers
_.urlpatterns
_.used_at
_.Transitions
_.allows
_.authenticate
_.Bounds
