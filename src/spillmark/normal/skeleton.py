"""Lines of an unknown text log -> a pattern with named parts, and `key=value` pairs wherever they stand.

The pattern holds signs and forms only, never a word of a line, so it tells nothing of what the lines say.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from spillmark.normal.holds import Field
from spillmark.normal.vocabulary import score, vocabulary, words_of

SHARE = 0.9
MOST_PARTS = 24
MOST_KEYS = 40
LONGEST = 4096
TIME = (
    r"\d{4}[-/.]\d{1,2}[-/.]\d{1,2}[T ]\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d{1,9})?)?(?:Z|[+-]\d{2}:?\d{2}| UTC| GMT)?"
    r"|\d{1,2}/[A-Z][a-z]{2}/\d{4}:\d{2}:\d{2}:\d{2}(?:\.\d{1,6}| [+-]\d{4})?"
    r"|\d{1,2}[-/.]\d{1,2}[-/.]\d{4},?[T ]\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d{1,9})?)?(?: [AaPp][Mm])?"
    r"|\d{1,2}[- ][A-Z][a-z]{2}[- ]\d{4} \d{1,2}:\d{2}(?::\d{2}(?:[.,]\d{1,9})?)?"
    r"|(?:[A-Z][a-z]{2} )?[A-Z][a-z]{2} {1,2}\d{1,2},? (?:\d{4} )?\d{1,2}:\d{2}:\d{2}(?: \d{4}| [AaPp][Mm])?"
)
TOKEN = re.compile(
    rf'(?P<quoted>"(?:[^"\\]|\\.)*")|\[(?P<timed>{TIME})\]|(?P<time>{TIME})(?=[\s,;|\]]|$)|(?P<bracket>\[[^\]\[]*\])|(?P<plain>[^\s"\[]\S*|\S+)'
)
FORMS = {
    "quoted": r'"(?P<{}>(?:[^"\\]|\\.)*)"',
    "timed": r"\[(?P<{}>[^\]\[]*)\]",
    "bracket": r"\[(?P<{}>[^\]\[]*)\]",
    "plain": r"(?P<{}>\S+)",
}
KEY = re.compile(r'(?:^|[\s,;|({\[])"?(?P<key>[A-Za-z_][\w.-]{0,40})"?\s?[=:]\s?(?P<value>"[^"]*"|[^\s",;|)}\]]+)')
ADDRESS = re.compile(r"(?:^|[^0-9A-Za-z.:])((?:[0-9]{1,3}[.]){3}[0-9]{1,3})(?:$|[^0-9A-Za-z.])")
QUOTED = '"([^"]*)"'
SIGNS = re.compile(r"[0-9]+|[A-Za-z]+|.")
MOST_FORMS = 3
BARS = ("|", ";", "\t", ",")


@dataclass(frozen=True)
class Skeleton:
    """`pattern` recognises a line, `fields` are its parts and pairs, `line` is an invented line with {name} in it."""

    pattern: str
    fields: tuple[Field, ...]
    line: str


@dataclass(frozen=True)
class _Token:
    form: str
    text: str


def skeleton(lines: Sequence[str]) -> Skeleton | None:
    """Finds the parts that at least nine of ten lines share; None where lines share nothing."""
    kept = [line[:LONGEST] for line in lines if line.strip()]
    if not kept:
        return None
    sign = _bar(kept)
    made = _barred(kept, sign) if sign is not None else _spaced(kept)
    pairs = _pairs(kept)
    if made is None and not pairs:
        return None
    pattern, parts, line = made if made is not None else ("^", [], "")
    pairs += _addresses(kept, (*parts, *pairs))
    tail = "".join(f" {_written(field)}" for field in pairs)
    if not parts:
        pattern = f"^.*{pairs[0].source['extract']}"
    return Skeleton(pattern, (*parts, *pairs), (line + tail).strip())


def _written(field: Field) -> str:
    if field.name == "address":
        return "{address}"
    quote = '"' if field.source["extract"].endswith(QUOTED) else ""
    return f"{field.name}={quote}{{{field.name}}}{quote}"


def _bar(lines: Sequence[str]) -> str | None:
    """The sign that parts most lines into equally many values, of which there are at least three."""
    for sign in BARS:
        counts = Counter(line.count(sign) for line in lines)
        count, often = counts.most_common(1)[0]
        if count >= 2 and often >= SHARE * len(lines):
            return sign
    return None


def _barred(lines: Sequence[str], sign: str) -> tuple[str, list[Field], str] | None:
    count = Counter(line.count(sign) for line in lines).most_common(1)[0][0] + 1
    if count > MOST_PARTS:
        return None
    rows = [[cell.strip().strip('"') for cell in line.split(sign)] for line in lines if line.count(sign) == count - 1]
    names = [f"part{number}" for number in range(1, count + 1)]
    shown = "\\t" if sign == "\t" else re.escape(sign)
    cells = [rf' *"?(?P<{name}>[^{shown}"]*?)"? *' for name in names]
    fields = [Field(name, {"from": name}, tuple(row[at] for row in rows)) for at, name in enumerate(names)]
    return "^" + shown.join(cells) + "$", fields, sign.join(f"{{{name}}}" for name in names)


def _spaced(lines: Sequence[str]) -> tuple[str, list[Field], str] | None:
    """The first tokens that have the same form in nearly every line."""
    rows = [list(_tokens(line)) for line in lines]
    chosen: list[str] = []
    left = rows
    for at in range(MOST_PARTS):
        forms = Counter(row[at].form if len(row) > at and not _is_pair(row, at) else "" for row in left)
        form, often = forms.most_common(1)[0]
        if not form or often < SHARE * len(lines):
            break
        chosen.append(form)
        left = [row for row in left if len(row) > at and row[at].form == form and not _is_pair(row, at)]
    if not chosen or (not {"time", "timed"} & set(chosen) and len(chosen) < 2):
        return None
    names = _names([[row[at].text for row in left] for at in range(len(chosen))])
    times = {at: _time_form([row[at].text for row in left]) for at, form in enumerate(chosen) if form == "time"}
    pieces = [
        rf"(?P<{name}>{times[at]})" if form == "time" else FORMS[form].format(name)
        for at, (form, name) in enumerate(zip(chosen, names, strict=True))
    ]
    fields = [Field(name, {"from": name}, tuple(row[at].text for row in left)) for at, name in enumerate(names)]
    around = {"quoted": '"{}"', "timed": "[{}]", "bracket": "[{}]"}
    line = " ".join(around.get(form, "{}").format(f"{{{name}}}") for form, name in zip(chosen, names, strict=True))
    return "^" + r"[\s,;|]+".join(pieces) + r"(?:[\s,;|]|$)", fields, line


def _tokens(line: str) -> Iterator[_Token]:
    for found in TOKEN.finditer(line):
        form = str(found.lastgroup)
        text = found[form]
        if form == "plain":
            text = text.rstrip(",;|")
            if not text:
                continue
        yield _Token(form, text[1:-1] if form in ("quoted", "bracket") else text)


def _is_pair(row: Sequence[_Token], at: int) -> bool:
    token = row[at]
    return token.form == "plain" and re.match(r'"?[A-Za-z_][\w.-]{0,40}"?[=:](?!//)', token.text) is not None


def _pairs(lines: Sequence[str]) -> list[Field]:
    """The keys that stand in at least a third of the lines, each with its pattern."""
    found: dict[str, dict[int, str]] = {}
    for number, line in enumerate(lines):
        for one in KEY.finditer(line):
            if not one["value"].startswith("//"):
                found.setdefault(one["key"], {}).setdefault(number, one["value"])
    kept = [key for key, values in found.items() if 3 * len(values) >= len(lines)][:MOST_KEYS]
    return [_pair(key, [found[key].get(number, "") for number in range(len(lines))]) for key in kept]


def _names(columns: Sequence[Sequence[str]]) -> list[str]:
    """Names for parts: where the part before is one known word in every line, `User dana`, that word is the name."""
    names: list[str] = []
    for number, _ in enumerate(columns, 1):
        before = set(columns[number - 2]) if number > 1 else set()
        label = "".join(words_of(next(iter(before)).rstrip(":="))) if len(before) == 1 else ""
        known = label.isascii() and any(score(label, column) == 3 for column in vocabulary().columns)
        names.append(label if known and label not in names else f"part{number}")
    return names


def _addresses(lines: Sequence[str], known: Sequence[Field]) -> list[Field]:
    """An address of a machine that stands somewhere in at least half of the lines, where no part is one."""
    if any(field.is_address for field in known):
        return []
    found = [ADDRESS.search(line) for line in lines]
    if 2 * sum(one is not None for one in found) < len(lines):
        return []
    values = tuple("" if one is None else one[1] for one in found)
    return [Field("address", {"from": "text", "extract": ADDRESS.pattern}, values, whole=False)]


def _time_form(values: Sequence[str]) -> str:
    """The pattern of times of these forms: figures and letters by their number, signs as they are."""
    forms = Counter(SIGNS.sub(_sign, value) for value in values)
    chosen = [form for form, _ in sorted(forms.items(), key=lambda one: (-one[1], one[0]))[:MOST_FORMS]]
    covered = sum(forms[form] for form in chosen) >= len(values)
    return "|".join(chosen) if covered else TIME


def _sign(found: re.Match[str]) -> str:
    text = found[0]
    if text[0].isdigit():
        return r"\d{1,2}" if len(text) <= 2 else rf"\d{{{len(text)}}}" if len(text) == 4 else r"\d+"
    return "[A-Za-z]+" if text[0].isalpha() else re.escape(text) if text != " " else " "


def _pair(key: str, values: Sequence[str]) -> Field:
    filled = [value for value in values if value]
    quoted = 2 * sum(value.startswith('"') for value in filled) > len(filled)
    value = QUOTED if quoted else '"?([^\\s",;|)}\\]]+)'
    pattern = rf'(?:^|[\s,;|({{\[])"?{re.escape(key)}"?\s?[=:]\s?{value}'
    return Field(key, {"from": "text", "extract": pattern}, tuple(one.strip('"') for one in values), whole=False)
