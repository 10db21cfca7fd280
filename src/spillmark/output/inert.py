"""Text of evidence made inert: nothing of it can steer a terminal, turn the reading direction or become a link.

Sources: Unicode Standard Annex 9 (bidirectional controls), Unicode Technical Report 36 (visual spoofing), ECMA-48
(terminal control sequences). Markup is not escaped here: that is the template engine's part.
"""

import re
import unicodedata
from collections.abc import Iterable

CONTROLS = (
    "\x00-\x08\x0b-\x1f\x7f-\x9f"  # C0 and C1, DEL; tab and line feed are treated apart
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f"  # soft hyphen, joiners and fillers that show nothing
    "\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb"  # zero width, bidi
    "\ud800-\udfff"  # half a surrogate pair
    "\U0001bca0-\U0001bca3\U000e0000-\U000e0fff"  # invisible shorthand controls, tags
)
_CONTROL = re.compile(f"[{CONTROLS}]")
_BREAK = re.compile(r"[\t\n]")
_LINK = re.compile(r"(?i)\b(h)tt(ps?)://([^\s/?#]*)|\b(ftps?|wss?|sftp|file|smb)://([^\s/?#]*)")
_WWW = re.compile(r"(?i)\bwww\.(?=\w)")
_CROWD = re.compile(r"[^\w\s\x00-\x7f]{4}")  # four characters in a row that could all be combining marks
_WORD = re.compile(r"\S{401,}")
LONGEST_WORD = 400
"""Characters of one word without a blank; a field list in a URL is as long, more is noise that fills a column."""
MARKS_IN_A_ROW = 3
"""Combining marks that any living script needs on one letter; more of them only paint over the lines around."""


def visible(text: str) -> str:
    """Shows each control, bidirectional or zero-width character as an escape such as `\\x1b` or `\\u202e`.

    Tab and line feed stay. Combining marks beyond three in a row are shown as escapes too.
    """
    if text.isascii() and text.isprintable():
        return text
    shown = _CONTROL.sub(lambda match: _escape(match.group()), text)
    return _thinned(shown) if _CROWD.search(shown) else shown


def one_line(text: str) -> str:
    """Does what `visible` does and shows tab and line feed as escapes too, so that no text can fake a line."""
    return _BREAK.sub(lambda match: "\\t" if match.group() == "\t" else "\\n", visible(text))


def lines(shown: Iterable[str]) -> str:
    """Joins the lines of a terminal view: each is made inert once more, so that no field can slip through."""
    return "\n".join(defanged(one_line(line)) for line in shown)


def defanged(text: str) -> str:
    """Breaks every web address so that no program makes a link of it: `hxxps://evil[.]example/x`."""
    if "://" in text:
        text = _LINK.sub(_broken, text)
    return _WWW.sub("www[.]", text)


def unlinked(text: str) -> str:
    """Drops the scheme of the addresses in our own content (sources of law), which stay readable that way."""
    return re.sub(r"(?i)\bhttps?://", "", text)


def cut(text: str, limit: int) -> str:
    """Shortens a text to `limit` characters, and each word in it to 400, and says how many more there are."""
    if len(text) <= min(limit, LONGEST_WORD):
        return text
    shown = _WORD.sub(lambda match: f"{match.group()[:LONGEST_WORD]}…", text[:limit])
    more = len(text) - len(shown) + shown.count("…") - text[:limit].count("…")
    return f"{shown.rstrip()} … ({more:,} more characters)" if more else text


def _escape(character: str) -> str:
    code = ord(character)
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def _broken(match: re.Match[str]) -> str:
    if match.group(1):
        return f"{match.group(1)}xx{match.group(2)}://{match.group(3).replace('.', '[.]')}"
    return f"{match.group(4)}[://]{match.group(5).replace('.', '[.]')}"


def _thinned(text: str) -> str:
    out: list[str] = []
    marks = 0
    for character in text:
        marks = marks + 1 if unicodedata.combining(character) else 0
        out.append(character if marks <= MARKS_IN_A_ROW else _escape(character))
    return "".join(out)
