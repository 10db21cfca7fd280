"""The object that a JSON answer is wrapped in, told from a record that has a list of objects of its own.

Sources of the names: Salesforce REST API (`records`), Microsoft Graph (`value`), Google APIs (`items`), Box and Slack
(`entries`), ServiceNow Table API (`result`), Veeva Vault, OneLogin and JSON:API (`data`), Dropbox and Auth0
(`events`, `logs`), Zoom (`audit_logs`), PingOne in the form of HAL (`_embedded.activities`), Duo (`response.authlogs`),
AWS CloudTrail (`Records`), LinkedIn (`elements`), DynamoDB (`Items`), Elasticsearch (`hits.hits`).
"""

import json
import re
from dataclasses import dataclass, field

LISTS = frozenset(
    [
        "records",
        "value",
        "events",
        "items",
        "results",
        "result",
        "entries",
        "data",
        "logs",
        "audit_logs",
        "auditlogs",
        "audit_events",
        "auditevents",
        "activities",
        "elements",
        "response",
        "authlogs",
        "hits",
    ]
)
"""Names, in lower case, under which an answer keeps its list; one counts only if the list holds objects."""
SURE = frozenset({"records", "value", "items", "results", "entries", "logs"})
"""Those that no record of a log has for a list of its own."""
WITHIN = frozenset({"data", "result", "results", "response", "body", "payload", "_embedded", "hits", "d"})
"""Names, in lower case, of an object within an answer that in turn keeps the list."""
ANY = "_embedded"
"""Within this one every list counts, whatever its name (HAL, draft-kelly-json-hal, section 4.1.2)."""
SIGNS = (
    frozenset(
        [
            "time",
            "timestamp",
            "@timestamp",
            "eventtime",
            "event_time",
            "eventdate",
            "event_date",
            "event_timestamp",
            "eventtimestamp",
            "createdat",
            "created_at",
            "creationtime",
            "createddate",
            "created_date",
            "createddatetime",
            "published",
            "date",
            "datetime",
            "activitydatetime",
            "creationdatetime",
            "occurredat",
            "occurred_at",
            "recordedat",
            "loggedat",
            "sys_created_on",
            "isotimestamp",
            "eventdatetime",
            "timegenerated",
            "requesttime",
        ]
    ),
    frozenset(
        [
            "actor",
            "actors",
            "user",
            "username",
            "user_name",
            "userid",
            "user_id",
            "userprincipalname",
            "initiatedby",
            "created_by",
            "createdby",
            "email",
            "actor_id",
            "principal",
        ]
    ),
    frozenset(
        [
            "id",
            "uuid",
            "_id",
            "eventid",
            "event_id",
            "eventtype",
            "event_type",
            "eventname",
            "event_name",
            "type",
            "action",
            "operation",
            "activity",
        ]
    ),
    frozenset(
        [
            "ip",
            "ipaddress",
            "ip_address",
            "clientip",
            "client_ip",
            "sourceip",
            "source_ip",
            "sourceipaddress",
            "client",
            "src_ip",
        ]
    ),
)
"""When, who, what, from where: the kinds of names that a record of a log has and an answer around it has not."""
SPACE = " \t\r\n"
PEEK = 4096
KEY = re.compile(r'"((?:[^"\\]|\\.){0,200})"\s*:')
DECODER = json.JSONDecoder(strict=False)


def holds_list(name: str, *, within: str | None) -> bool:
    """Tells whether a list of this name, in the object `within` or at the top, is a list of records."""
    return within == ANY or name.lower() in LISTS


def holds_more(name: str) -> bool:
    """Tells whether an object of this name, at the top of an answer, may keep the list."""
    return name.lower() in WITHIN


def is_envelope(text: str, at: int) -> bool:
    """Tells whether the object that begins at `at` is an answer around records. It may be cut off at the end of `text`.

    An object that itself says two of when, who, what and from where is a record (of several events, say), unless its
    list is called `records` and the like and its elements say more.
    """
    seen = _Seen()
    _walk(text, at + 1, None, seen)
    own = _signs(seen.names)
    if not seen.elements:
        return seen.empty and own == 0
    return own < 2 or any(own < _signs(names) for name, names in seen.elements if name.lower() in SURE)


def keys_of(text: str) -> set[str]:
    """Gives names that stand in a piece of JSON; of a whole object only its own."""
    try:
        value, _ = DECODER.raw_decode(text)
    except (ValueError, RecursionError):
        return set(KEY.findall(text[:PEEK]))
    return set(value) if isinstance(value, dict) else set()


@dataclass
class _Seen:
    names: set[str] = field(default_factory=set)
    elements: list[tuple[str, set[str]]] = field(default_factory=list)
    empty: bool = False


def _signs(names: set[str]) -> int:
    lower = {name.lower() for name in names}
    return sum(not lower.isdisjoint(kind) for kind in SIGNS)


def _walk(text: str, at: int, within: str | None, seen: _Seen) -> int | None:
    """Steps over the members of an object; gives the end of it, or None where the text ends or is broken before."""
    while (at := step(text, at, SPACE + ",")) < len(text):
        if text[at] == "}":
            return at + 1
        try:
            name, at = DECODER.raw_decode(text, at)
            at = step(text, step(text, at, SPACE), ":" + SPACE)
            if not isinstance(name, str):
                return None
            end = _value(text, at, name, within, seen)
        except (ValueError, RecursionError):
            return None
        if end is None:
            return None
        at = end
    return None


def _value(text: str, at: int, name: str, within: str | None, seen: _Seen) -> int | None:
    if within is None:
        seen.names.add(name)
    sign = text[at : at + 1]
    if sign == "{" and within is None and holds_more(name):
        return _walk(text, at + 1, name.lower(), seen)
    if sign != "[" or not holds_list(name, within=within):
        return DECODER.raw_decode(text, at)[1]
    first = step(text, at + 1, SPACE)
    opens = text[first : first + 1]
    if opens == "{":
        seen.elements.append((name, keys_of(text[first:])))
    seen.empty = seen.empty or opens == "]"
    try:
        return DECODER.raw_decode(text, at)[1]
    except ValueError:
        if opens not in ("{", '"') and (names := set(KEY.findall(text[first : first + PEEK]))):
            seen.elements.append((name, names))  # its first element is broken
        raise


def step(text: str, at: int, signs: str) -> int:
    """Gives the first place from `at` on that is none of `signs`."""
    while at < len(text) and text[at] in signs:
        at += 1
    return at
