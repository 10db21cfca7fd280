"""What a file is, by what stands in it and never by its name alone.

Logs are recognised by the mappings' own recognisers, which are passed in: a new log needs no Python here. The rest
(reports, exports, describes, settings, tables of persons, org and facts files) is told apart by its form.
"""

import csv
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import yaml

from spillmark.evidence.head import Head, is_header, look
from spillmark.evidence.item import Recogniser
from spillmark.evidence.look import best
from spillmark.model.terms import Kind

METADATA = "http://soap.sforce.com/2006/04/metadata"
SETTINGS = re.compile(
    r"(?:\w+Settings|ConnectedApp\w*|PermissionSet\w*|Profile|CustomObject|SharingRules|Network|CustomSite"
    r"|TransactionSecurityPolicy|ExternalClientApplication|ExtlClntApp\w+|Organization|OauthOidcSettings|UserPermissions)"
)
"""Names of Salesforce metadata types (Metadata API Developer Guide) that a settings file is made of."""
FLAGGED = re.compile(r"(?:enable|block|is|require|lock|force|allow|options|permissions)[A-Z]\w+")
ORG = frozenset(
    {"organisation", "role", "parties", "vendors", "apps", "networks", "allow", "insurance", "police", "contracts"}
)
FACTS = frozenset({"incident", "clock", "data", "people", "organisation", "role", "parties", "contracts"})
PERSON = re.compile(
    r"(?:e-?mail.*|.*e-?mail|phone.*|.*phone|mobile.*|(?:first|last|full|given|family|sur)[ _-]?name|name|birth.*"
    r"|.*birth.*|dob|street.*|address.*|.*address|zip.*|postal.*|city|ssn|vorname|nachname|prenom|nom|nombre|apellidos?)",
    re.IGNORECASE,
)
RECORD_ID = re.compile(r"[0-9A-Za-z]{15}(?:[0-9A-Za-z]{3})?")
WORD = re.compile(r"[^\W\d_]{2,}")
STAMP = re.compile(
    r"\s*[\[<(]?(?:\d{4}[-/]\d{2}[-/]\d{2}|\d{1,2}/\w{3}/\d{4}|\w{3} +\d{1,2} \d{2}:\d{2}|(?:\d{1,3}\.){3}\d{1,3})"
)
NAME = re.compile(r"[\w$@#][\w$#.:/ ()-]{0,79}")
ALIAS = re.compile(rb"(?:^|[\s\[{,:?-])\*[^\s,\]}]")
GROWN = 1_000_000
"""Values that a YAML file may stand for with its aliases written out; far more than any settings have."""
LARGEST = 32_000_000
MAPPING = re.compile(r"(?m)^fields\s*:")
RECOGNISE = re.compile(r"(?m)^recognise\s*:")
LONGEST_WORD = 40
LONGEST_LINE = 4096
MOST_LINES = 50


@dataclass(frozen=True)
class Recognised:
    """The kind of a file and, where it cannot be used, why and what to do; `lines` as in `Item`."""

    kind: Kind
    why: str | None = None
    lines: bool = False


def recognise(path: Path, recognisers: Sequence[Recogniser] = ()) -> Recognised:
    """Tells what a file is.

    Raises:
        OSError: it cannot be read.
    """
    head = look(path)
    # A line of a text log may have as many commas in each of its lines as a table has.
    if head.form in ("table", "text") and (found := _line_log(first_lines(head), recognisers)) is not None:
        return found
    match head.form:
        case "empty":
            return Recognised("unknown", "the file is empty")
        case "binary":
            return Recognised("unknown", f"it is {head.what}")
        case "json":
            return _json(head, recognisers)
        case "table":
            return _table(head, recognisers)
        case "xml":
            return _xml(head)
        case "html" | "mail":
            return Recognised("report")
        case "text":
            return _text(head, path, recognisers)


def first_lines(head: Head) -> list[str]:
    """Gives the first lines of a text that are not blank, each in bounds."""
    lines = (line for line in head.text.split("\n") if line.strip())
    return [line.rstrip("\r")[:LONGEST_LINE] for line in islice(lines, MOST_LINES)]


def _log(head: Head, recognisers: Sequence[Recogniser]) -> Recognised | None:
    """The log that most of the first records are of, if at least half are of its product (`salesforce.elf` is of
    salesforce): one file may hold several logs of a product."""
    records = head.records or (dict.fromkeys(head.names, None),)
    votes = Counter(found.kind for record in records if (found := best(recognisers, record)) is not None)
    if not votes:
        return None
    products: Counter[str] = Counter()
    for kind, count in votes.items():
        products[kind.partition(".")[0]] += count
    product, count = min(products.items(), key=lambda vote: (-vote[1], vote[0]))
    if 2 * count < len(records):
        return None
    kinds = {kind: votes[kind] for kind in votes if kind.partition(".")[0] == product}
    return Recognised(min(kinds, key=lambda kind: (-kinds[kind], kind)))


def _json(head: Head, recognisers: Sequence[Recogniser]) -> Recognised:
    first = head.records[0]
    special = _special(first)
    if special is not None:
        return special
    found = _log(head, recognisers)
    if found is not None:
        return found
    if any(_special(record) is not None for record in head.records[:5]):
        return next(kind for record in head.records[:5] if (kind := _special(record)) is not None)
    if _holds_ids(head.records):
        return Recognised("salesforce.export")
    listed = _listed("fields", sorted(map(str, first)))
    return Recognised("unknown", f"JSON of an unknown kind, {listed}; a mapping file can name it")


def _special(record: Mapping[str, object]) -> Recognised | None:
    inner = record.get("result")
    if isinstance(inner, Mapping) and "status" in record:
        return _special(inner)
    if _is_describe(record) or _described(record.get("sobjects")):
        return Recognised("salesforce.describe")
    if _is_settings(record):
        return Recognised("salesforce.settings")
    return _our_file(record)


def _described(value: object) -> bool:
    return isinstance(value, list) and bool(value) and isinstance(value[0], Mapping) and "name" in value[0]


def _is_describe(record: Mapping[str, object]) -> bool:
    fields = record.get("fields")
    return (
        isinstance(record.get("name"), str)
        and isinstance(fields, list)
        and bool(fields)
        and all(isinstance(one, Mapping) and {"name", "type"} <= set(one) for one in fields[:5])
    )


def _is_settings(record: Mapping[str, object]) -> bool:
    """Metadata types as keys over objects or lists, or one metadata object that names its own type."""
    named = [name for name, value in record.items() if SETTINGS.fullmatch(name) and isinstance(value, Mapping | list)]
    if named and 2 * len(named) >= len(record):
        return True
    attributes = record.get("attributes")
    types = [record.get("type"), record.get("metadataType")]
    types.append(attributes.get("type") if isinstance(attributes, Mapping) else None)
    if any(isinstance(name, str) and SETTINGS.fullmatch(name) for name in types):
        return any(FLAGGED.fullmatch(name) for name in record) or "fullName" in record or "Metadata" in record
    return False


def _our_file(record: Mapping[str, object]) -> Recognised | None:
    """An org or a facts file (contracts of the product), by its top-level keys."""
    keys = set(map(str, record))
    if {"recognise", "fields"} <= keys and keys & {"id", "kind", "samples"}:
        return Recognised("mapping")
    if keys and keys <= ORG and keys & {"vendors", "apps", "networks", "allow"}:
        return Recognised("org")
    if keys & {"clock", "incident"} and keys <= FACTS | ORG | {"residences", "counts", "now"}:
        return Recognised("facts")
    if keys and keys <= ORG and keys & {"organisation", "insurance", "parties"}:
        return Recognised("org")
    return None


def _table(head: Head, recognisers: Sequence[Recogniser]) -> Recognised:
    if not is_header(head.names):
        why = "it looks like CSV without a header line; put the line with the names of the columns first"
        return Recognised("unknown", why)
    found = _log(head, recognisers)
    if found is not None:
        return found
    if any(name.strip().lower() == "id" for name in head.names) and (not head.records or _holds_ids(head.records)):
        return Recognised("salesforce.export")
    persons = [name for name in head.names if PERSON.fullmatch(name.strip())]
    if persons and (len(persons) > 1 or len(head.names) < 4):
        return Recognised("snapshot")
    if _is_prose(head.text):
        return Recognised("report")
    return Recognised(
        "unknown", f"a table of an unknown kind, {_listed('columns', head.names)}; a mapping file can name it"
    )


def _listed(what: str, names: Sequence[str]) -> str:
    """Lists names where all look like names; the first line of a file that is no table may be anything."""
    shown = [name.strip() for name in names[:6]]
    if shown and all(NAME.fullmatch(name) for name in shown if name):
        return f"with the {what} {', '.join(shown)}"
    return f"with {len(names)} {what}"


def _holds_ids(records: Sequence[Mapping[str, object]]) -> bool:
    """Tells whether most records have an `Id` in one of Salesforce's two forms."""
    ids = [value for record in records for name, value in record.items() if str(name).strip().lower() == "id"]
    good = [value for value in ids if isinstance(value, str) and RECORD_ID.fullmatch(value) and re.search(r"\d", value)]
    return bool(good) and 2 * len(good) > len(records)


def _xml(head: Head) -> Recognised:
    if METADATA in head.text[:8192]:
        return Recognised("salesforce.settings")
    if re.search(r"<(?:rss|feed|rdf:RDF|urlset)\b", head.text[:8192]) or _is_prose(re.sub(r"<[^>]*>", " ", head.text)):
        return Recognised("report")
    return Recognised("unknown", "XML of an unknown kind; give logs as CSV or JSON")


def _text(head: Head, path: Path, recognisers: Sequence[Recogniser]) -> Recognised:
    lines = first_lines(head)
    if re.search(
        r"(?m)^(?:organisation|vendors|apps|networks|clock|incident|recognise|\w+Settings|ConnectedApp\w*)\s*:",
        head.text,
    ):
        ours = _yaml(path)
        if ours is not None:
            return ours
        if MAPPING.search(head.text) and RECOGNISE.search(head.text):
            return Recognised("mapping")  # broken: whoever reads it says where
    stamped = sum(STAMP.match(line) is not None for line in lines)
    if 2 * stamped > len(lines) and len(lines) > 3:
        return Recognised("unknown", "a text log of an unknown kind; a mapping file can name it")
    if lines and (begun := _log(Head("table", "", names=_cells(lines[0])), recognisers)) is not None:
        why = f"it begins with the header of a {begun.kind} file, but no whole record follows (cut off or too long)"
        return Recognised("unknown", why)
    if _is_prose(head.text):
        return Recognised("report")
    return Recognised("unknown", "text that is neither a report nor a log that is known; a mapping file can name a log")


def _cells(line: str) -> tuple[str, ...]:
    try:
        return tuple(next(csv.reader([line[:65_536]]), ()))
    except csv.Error:
        return ()


def _line_log(lines: Sequence[str], recognisers: Sequence[Recogniser]) -> Recognised | None:
    for recogniser in sorted(recognisers, key=lambda one: one.id):
        if recogniser.lines is not None and lines:
            hits = sum(recogniser.lines.match(line) is not None for line in lines)
            if 10 * hits >= 9 * len(lines):
                return Recognised(recogniser.kind, lines=True)
    return None


def _yaml(path: Path) -> Recognised | None:
    if path.stat().st_size > LARGEST:
        return None
    data = path.read_bytes()
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        if ALIAS.search(data) is not None and _grown(data, loader) > GROWN:
            why = f"its aliases stand for more than {GROWN:,} values, as in an attack; write the values out"
            return Recognised("unknown", why)
        loaded = yaml.load(data, Loader=loader)  # noqa: S506 - safe
    except (yaml.YAMLError, RecursionError, ValueError):
        return None
    return _special({str(name): value for name, value in loaded.items()}) if isinstance(loaded, dict) else None


def _grown(data: bytes, loader: type[yaml.SafeLoader]) -> int:
    """Counts the values that a YAML file stands for, each alias as often as it is written, without writing it out.

    An alias to a value that holds it never ends, so it counts as too many.
    """
    sizes: dict[str, int] = {}
    opened: list[tuple[str | None, int]] = []
    total = 0
    for event in yaml.parse(data, Loader=loader):
        if isinstance(event, yaml.AliasEvent):
            total += sizes.get(str(event.anchor), GROWN + 1)
        elif isinstance(event, yaml.ScalarEvent):
            total += 1
            if event.anchor is not None:
                sizes[event.anchor] = 1
        elif isinstance(event, yaml.CollectionStartEvent):
            sizes.pop(str(event.anchor), None)
            opened.append((event.anchor, total))
        elif isinstance(event, yaml.CollectionEndEvent):
            anchor, before = opened.pop()
            if anchor is not None:
                sizes[anchor] = total - before + 1
        if total > GROWN:
            break
    return total


def _is_prose(text: str) -> bool:
    """Tells sentences from data: enough words, and they make up most of the text."""
    sample = text[:20_000]
    words = [word for word in WORD.findall(sample) if len(word) <= LONGEST_WORD]
    return len(words) >= 8 and sum(map(len, words)) * 2 > len(re.sub(r"\s+", "", sample))
