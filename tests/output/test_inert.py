"""No text of evidence steers a terminal, turns the reading direction or becomes a link."""

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spillmark.output import inert

ANY = st.text(st.characters(), max_size=200)


@given(ANY)
def test_nothing_invisible_is_left(text: str) -> None:
    shown = inert.one_line(text)
    categories = {unicodedata.category(one) for one in shown}
    assert not categories & {"Cc", "Cs", "Zl", "Zp"}
    assert not re.search("[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]", shown)


@given(ANY)
def test_a_clean_text_stays_as_it_is(text: str) -> None:
    shown = inert.one_line(text)
    assert inert.one_line(shown) == shown


@given(st.text("htpsxw:/.a \n?@#", max_size=60))
def test_no_address_survives(text: str) -> None:
    shown = inert.defanged(text)
    assert not re.search(r"(?i)\bhttps?://", shown)
    assert inert.defanged(shown) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[31mred", "\\x1b[31mred"),
        ("a\u202eb", "a\\u202eb"),
        ("tab\tline\n", "tab\\tline\\n"),
        ("\x9bCSI", "\\x9bCSI"),
        ("tag\U000e0041", "tag\\U000e0041"),
        ("Zürich, Łódź, 東京", "Zürich, Łódź, 東京"),
        ("Tiếng Việt", "Tiếng Việt"),
        ("e\u0301\u0323", "e\u0301\u0323"),
        ("e" + "\u0301" * 5, "e" + "\u0301" * 3 + "\\u0301\\u0301"),
    ],
)
def test_escapes(text: str, shown: str) -> None:
    assert inert.one_line(text) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("see https://evil.example/a.b?c=d.e", "see hxxps://evil[.]example/a.b?c=d.e"),
        ("HTTP://EVIL.example", "HxxP://EVIL[.]example"),
        ("ftp://a.b.example", "ftp[://]a[.]b[.]example"),
        ("www.evil.example", "www[.]evil.example"),
        ("5 https things", "5 https things"),
    ],
)
def test_addresses_are_broken(text: str, shown: str) -> None:
    assert inert.defanged(text) == shown


def test_line_feed_stays_where_it_is_wanted() -> None:
    assert inert.visible("SELECT Id\nFROM Contact\r") == "SELECT Id\nFROM Contact\\x0d"


@given(st.text("ab \n", max_size=1_000), st.integers(1, 900))
def test_cut_says_how_much_is_missing(text: str, limit: int) -> None:
    shown = inert.cut(text, limit)
    if len(text) <= limit and not re.search(r"\S{401}", text):
        assert shown == text
    else:
        assert "more characters)" in shown
        assert len(shown) < limit + 60


def test_one_endless_word_is_cut() -> None:
    shown = inert.cut("x " + "W" * 1_500, 2_000)
    assert shown == f"x {'W' * 400}… … (1,100 more characters)"


def test_our_own_sources_stay_readable() -> None:
    assert inert.unlinked("GDPR art. 33, https://eur-lex.europa.eu/x") == "GDPR art. 33, eur-lex.europa.eu/x"
