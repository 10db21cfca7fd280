"""Which objects hold people, in which columns, and through which references a record concerns a person.

Standard objects are known; a custom object is a person's where its fields say so: a name with an e-mail address,
telephone number or birth date. A record of any other object concerns the people whom its references lead to.
Source: Salesforce Object Reference (Contact, Lead, User, Account with IsPersonAccount, Case).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from spillmark.scope.classes import is_person, words
from spillmark.scope.fields import Fields
from spillmark.scope.snapshot import Snapshot, SnapshotObject
from spillmark.soql.schema import Schema

Own = Literal["always", "unlinked", "never"]
SYSTEM = ("ownerid", "createdbyid", "lastmodifiedbyid", "masterrecordid", "parentid", "recordtypeid", "reportstoid",
          "managerid", "assistantid", "individualid", "personindividualid", "convertedaccountid", "convertedcontactid",
          "convertedopportunityid", "profileid", "userroleid")  # fmt: skip
"""References by which a record concerns nobody but those who work on it, or that lead from person to person."""
DEEPEST = 3


@dataclass(frozen=True)
class AddressColumns:
    """The columns of one address; the first street that is filled gives the whole address."""

    street: str | None = None
    city: str | None = None
    state: str | None = None
    postal: str | None = None
    country: str | None = None


@dataclass(frozen=True)
class PersonColumns:
    """The columns of an object that tell who somebody is and how to reach them."""

    first: str | None = None
    last: str | None = None
    full: str | None = None
    emails: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    birth: str | None = None
    national_ids: tuple[str, ...] = ()
    addresses: tuple[AddressColumns, ...] = ()
    language: str | None = None


@dataclass(frozen=True)
class PersonRole:
    """How records of one object are people: always, only where no reference leads to a person, or never.

    `only_if` names a boolean column that must be true (IsPersonAccount); `same_as` a reference to another record of
    the same person (PersonContactId).
    """

    object: str
    own: Own
    columns: PersonColumns
    only_if: str | None = None
    same_as: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Way:
    """References from an object to people: `steps` are (object, column) pairs, `target` is the people's object."""

    steps: tuple[tuple[str, str], ...]
    target: str


def person_roles(snapshot: Snapshot, schema: Schema, fields: Fields) -> dict[str, PersonRole]:
    """Gives the role of each object in the snapshot that can hold people."""
    found: dict[str, PersonRole] = {}
    for name, held in sorted(snapshot.objects.items()):
        columns = _columns(held, schema, fields)
        role = _role(held, columns, schema)
        if role is not None:
            found[name] = role
    return found


def _role(held: SnapshotObject, columns: PersonColumns, schema: Schema) -> PersonRole | None:
    name = held.name.lower()
    if name in ("contact", "lead", "user"):
        return PersonRole(held.name, "always", columns)
    if name == "account":
        flag = held.column("IsPersonAccount")
        if flag is None:
            return None
        link = held.column("PersonContactId")
        same = (("Contact", link),) if link else ()
        return PersonRole(held.name, "always", columns, flag, same)
    named = columns.full is not None or (columns.first is not None and columns.last is not None)
    reachable = bool(columns.emails or columns.phones or columns.birth)
    if not (named and reachable) and not (is_person(held.name) and (named or reachable)):
        return None
    known = schema.object(held.name)
    linked = any(
        not set(map(str.lower, field.references)).isdisjoint({"contact", "lead", "account"})
        for field in (known.fields if known is not None else ())
        if field.name.lower() not in SYSTEM
    )
    strong = columns.first is not None and columns.last is not None and bool(columns.emails or columns.birth)
    return PersonRole(held.name, "always" if not linked or strong or is_person(held.name) else "unlinked", columns)


def _columns(held: SnapshotObject, schema: Schema, fields: Fields) -> PersonColumns:
    known = schema.object(held.name)
    if known is None:
        return PersonColumns()
    by_class: dict[str, list[str]] = {}
    for field in known.fields:
        found = fields.of(held.name, field.name)
        for data_class in found.classes if found.how != "object" else ():
            by_class.setdefault(data_class, []).append(field.column)
    names = by_class.get("name", [])
    return PersonColumns(
        first=_by_words(names, ("firstname", "prenom", "prénom", "givenname", "fname", "first")),
        last=_by_words(names, ("lastname", "surname", "nom", "familyname", "nomfamille", "lname", "last")),
        full=_by_words(
            names, ("name", "fullname", "nomcomplet", "customername", "suppliedname", "contactname", "clientname")
        ),
        emails=tuple(c for c in by_class.get("email", ()) if not _aside(c)),
        phones=tuple(c for c in by_class.get("phone", ()) if not _aside(c)),
        birth=next(iter(by_class.get("date_of_birth", ())), None),
        national_ids=tuple(by_class.get("national_id", ())),
        addresses=tuple(_addresses(by_class.get("postal_address", ()))),
        language=next((c for c in held.columns if "language" in words(c) or "langue" in words(c)), None)
        or held.column("LanguageLocaleKey"),
    )


def _by_words(columns: Iterable[str], wanted: Sequence[str]) -> str | None:
    joined = {"".join(words(column)): column for column in columns}
    return next((joined[word] for word in wanted if word in joined), None)


def _aside(column: str) -> bool:
    """A number or address that is somebody else's: an assistant's, a fax, a sender's."""
    return bool({"assistant", "fax", "sender", "cc", "bcc", "to", "emergency"} & set(words(column)))


PARTS = {
    "street": ("street", "line", "rue", "adresse", "address"),
    "city": ("city", "town", "ville", "commune"),
    "state": ("state", "province", "region", "région", "county", "departement", "département"),
    "postal": ("postal", "postcode", "zip", "zipcode", "postalcode"),
    "country": ("country", "pays"),
}
ORDER = ("personmailing", "mailing", "home", "", "personother", "other", "billing", "shipping")


def _addresses(columns: Iterable[str]) -> Iterable[AddressColumns]:
    """Groups address columns by what stands before the part's name: MailingStreet, MailingCity; Street, City."""
    groups: dict[str, dict[str, str]] = {}
    for column in columns:
        parts = words(column)
        place = next(((i, key) for i, w in enumerate(parts) for key, listed in PARTS.items() if w in listed), None)
        if place is not None:
            kept = groups.setdefault("".join(parts[: place[0]]), {})
            kept.setdefault(place[1], column)
    ordered = sorted(groups, key=lambda prefix: (ORDER.index(prefix) if prefix in ORDER else len(ORDER), prefix))
    return [AddressColumns(**groups[prefix]) for prefix in ordered]


def ways_to_people(name: str, schema: Schema, roles: dict[str, PersonRole]) -> tuple[Way, ...]:
    """Gives the ways from an object over references to people, over at most three references and no person between."""
    found: list[Way] = []
    open_ways: list[tuple[str, tuple[tuple[str, str], ...]]] = [(name, ())]
    seen = {name.lower()}
    while open_ways:
        here, steps = open_ways.pop(0)
        known = schema.object(here)
        if known is None or len(steps) >= DEEPEST:
            continue
        for field in known.fields:
            if field.type != "reference" or field.name.lower() in SYSTEM:
                continue
            for target in sorted(field.references):
                held = schema.object(target)
                if held is None:
                    continue
                role = roles.get(held.name)
                here_steps = (*steps, (known.name, field.column))
                if role is not None and role.own == "always" and held.name.lower() != "user":
                    found.append(Way(here_steps, held.name))
                elif held.name.lower() not in seen and held.name.lower() != "user":
                    seen.add(held.name.lower())
                    open_ways.append((held.name, here_steps))
    return tuple(found)
