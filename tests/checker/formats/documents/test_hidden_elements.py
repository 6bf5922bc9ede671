"""Words that a page's styles hide are found, however they are hidden, and the copy shows them."""

import pytest

from strongroom.checker.formats.documents.hidden_elements import hidden_words, shown, shown_sheet
from strongroom.checker.formats.documents.html_page import parse_page

WORDS = "words that nobody sees about a volunteer"
HIDDEN = [
    "<div style='display: none !important'><p>{}</p></div>",
    "<p hidden>{}</p>",
    "<style>.h{{display:none}}</style><p class='a h'>{}</p>",
    "<style>div #x > span {{visibility: collapse}}</style><div><p id=x><span>{}</span></p></div>",
    "<p style='visibility:hidden'>{}</p>",
    "<p style='opacity:0.01'>{}</p>",
    "<p style='font-size:0'>{}</p>",
    "<p style='font-size:0.1em'>{}</p>",
    "<p style='position:absolute;left:-9999px'>{}</p>",
    "<p style='text-indent:-99999px'>{}</p>",
    "<p style='clip:rect(0,0,0,0);position:absolute'>{}</p>",
    "<div style='height:0;overflow:hidden'>{}</div>",
    "<p style='transform:scale(0)'>{}</p>",
    "<p style='color:#FFF'>{}</p>",
    "<p style='color:transparent'>{}</p>",
    "<p style='color:rgba(0,0,0,0)'>{}</p>",
    "<div style='background:#123456'><p style='color:rgb(18,52,86)'>{}</p></div>",
    "<table bgcolor=black><tr><td>{}</table>",
]
SHOWN = [
    "<p>{}</p>",
    "<style>@media print {{ .x {{display:none}} .y {{color:white}} }}</style><p class=x>{}</p>",
    "<table style='background:#333'><tr><th style='color:white'>{}</th></tr></table>",
    "<style>a:hover {{opacity:0}}</style><a>{}</a>",
    "<p style='height:200px;overflow:hidden'>{}</p>",
    "<div style='height:0'>{}</div>",
    "<div style='display:none'><br>x</div><p>{}</p>",
    "<style>.menu ul {{display:none}}</style><ul><li>{}</li></ul>",
    "<style>/* .x {{display:none}} */</style><p class=x>{}</p>",
]


@pytest.mark.parametrize("page", HIDDEN)
def test_hidden_words_are_found(page):
    assert WORDS in hidden_words(parse_page(page.format(WORDS)))


@pytest.mark.parametrize("page", SHOWN)
def test_words_that_a_browser_shows_are_not(page):
    assert hidden_words(parse_page(page.format(WORDS))) == ""


def test_a_label_for_a_screen_reader_is_no_hidden_content():
    assert hidden_words(parse_page("<span class=sr style='display:none'>Open menu</span>")) == ""


def test_declarations_that_hide_are_left_out_and_others_are_not():
    looks = (
        "display: none; margin-left: 4px; font-size: 0; left: -9999px; width: 50%; opacity: 1; color: #fff"
    )
    kept = {each.strip() for each in shown(looks, plain=True).split(";")}
    assert kept == {"margin-left: 4px", "width: 50%", "opacity: 1"}
    assert "color" in shown(looks, plain=False)
    assert shown_sheet(".h { display: none }\np { margin: 0 }", plain=False) == "p { margin: 0 }"
