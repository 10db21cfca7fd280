"""Mail (RFC 5322, MIME) to its text parts, each character with its place in the raw file."""

import re
from array import array
from dataclasses import dataclass
from email import policy
from email.parser import HeaderParser

from spillmark.reading.mapped import Mapped, joined

_HEADER = re.compile(r"[A-Za-z][A-Za-z0-9-]{1,60}:[ \t]?")
_BLANK = re.compile(r"\r?\n\r?\n")
_ESCAPE = re.compile(r"(?:=[0-9A-Fa-f]{2})+|=[ \t]*\r?\n")
_MAX_DEPTH = 6
_MAX_PARTS = 200


@dataclass(frozen=True)
class Part:
    """One readable body: `html` says how to read it."""

    body: Mapped
    html: bool


@dataclass(frozen=True)
class Mail:
    """Headers (lower-case name -> decoded text), readable parts, and what could not be read."""

    headers: dict[str, str]
    parts: tuple[Part, ...]
    unread: tuple[str, ...]


def looks_like_mail(text: str) -> bool:
    """Says whether the text begins with mail headers: a run of them that holds From and one of Date or Subject."""
    head = _BLANK.split(text[:20_000], maxsplit=1)[0]
    names = {line.split(":", 1)[0].lower() for line in head.splitlines() if _HEADER.match(line)}
    return "from" in names and bool(names & {"date", "subject"}) and bool(names & {"to", "mime-version", "message-id"})


def read_mail(source: Mapped) -> Mail:
    """Reads a mail; parts that hold no text, or text in base64 (where no quote can stand), are named in `unread`."""
    unread: list[str] = []
    headers, body = _split(source)
    parts = tuple(_parts(headers, body, unread, 0))
    return Mail(headers, parts, tuple(unread))


def _split(source: Mapped) -> tuple[dict[str, str], Mapped]:
    found = _BLANK.search(source.text)
    end = len(source.text) if found is None else found.start()
    message = HeaderParser(policy=policy.default).parsestr(source.text[: min(end, 200_000)])
    headers: dict[str, str] = {}
    for name, value in message.raw_items():
        try:
            headers.setdefault(name.lower(), str(message[name]))
        except (ValueError, IndexError, TypeError, AttributeError, KeyError):  # hostile headers break the decoder
            headers.setdefault(name.lower(), str(value))
    return headers, source.cut(len(source.text) if found is None else found.end(), len(source.text))


def _parts(headers: dict[str, str], body: Mapped, unread: list[str], depth: int) -> list[Part]:
    kind = headers.get("content-type", "text/plain")
    boundary = re.search(r'boundary="?([^";\s]{1,200})"?', kind, re.IGNORECASE)
    if kind.lower().startswith("multipart/") and boundary and depth < _MAX_DEPTH:
        inner: list[list[Part]] = []
        for piece in _pieces(body, boundary.group(1))[:_MAX_PARTS]:
            piece_headers, piece_body = _split(piece)
            inner.append(_parts(piece_headers, piece_body, unread, depth + 1))
        return _chosen(inner, alternative="alternative" in kind.lower())
    encoding = headers.get("content-transfer-encoding", "8bit").strip().lower()
    if not kind.lower().startswith("text/"):
        unread.append(f"a part of type {kind.split(';')[0].strip()[:60]}")
        return []
    if encoding == "base64":
        unread.append("a text part in base64, where no quote can stand; save the mail as text or HTML and read that")
        return []
    text = _unquoted(body) if encoding == "quoted-printable" else body
    return [Part(text, kind.lower().startswith("text/html"))]


def _chosen(inner: list[list[Part]], *, alternative: bool) -> list[Part]:
    flat = [part for parts in inner for part in parts]
    if not alternative:
        return flat
    plain = [part for part in flat if not part.html]
    return plain or flat[:1]


def _pieces(body: Mapped, boundary: str) -> list[Mapped]:
    """Cuts a multipart body at its boundary lines."""
    marks = list(re.finditer(rf"(?m)^--{re.escape(boundary)}(--)?[ \t]*\r?$\n?", body.text))
    return [
        body.cut(mark.end(), marks[place + 1].start())
        for place, mark in enumerate(marks[:-1])
        if not mark.group(1)
    ]  # fmt: skip


def _unquoted(body: Mapped) -> Mapped:
    """Undoes quoted-printable (RFC 2045, 6.7); bytes are read as UTF-8, each character keeps its raw range."""
    parts: list[Mapped] = []
    done = 0
    for found in _ESCAPE.finditer(body.text):
        parts.append(body.cut(done, found.start()))
        done = found.end()
        if not found.group().endswith("\n"):
            parts.append(_decoded(body.cut(found.start(), found.end())))
    parts.append(body.cut(done, len(body.text)))
    return joined(parts)


def _decoded(run: Mapped) -> Mapped:
    octets = bytes.fromhex(run.text.replace("=", ""))
    text = octets.decode("utf-8", errors="replace")
    starts, ends = array("q"), array("q")
    place = 0
    for character in text:
        width = 1 if character == "\ufffd" else len(character.encode())
        last = min(place + width, len(octets)) - 1
        starts.append(run.starts[3 * min(place, len(octets) - 1)])
        ends.append(run.ends[3 * last + 2])
        place += width
    return Mapped(text, starts, ends)
