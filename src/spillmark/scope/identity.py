"""Who stands behind the taken records: the person records concerned, with names, numbers and addresses in one form.

Tables: `concern` (taken object and record, person's object and record, certain), `persons_raw` (one row for each person
record as it stands) and `identity` (the same in normal form: what `merge` compares).
"""

from collections.abc import Iterator, Sequence

from spillmark.engine.interface import Engine, Step, identifier, literal
from spillmark.scope.ids import id18
from spillmark.scope.phones import e164, register_dial
from spillmark.scope.residence import residence
from spillmark.scope.roles import AddressColumns, PersonColumns, PersonRole, Way, ways_to_people
from spillmark.scope.snapshot import Snapshot
from spillmark.soql import sql
from spillmark.soql.schema import Schema

CONCERN = {
    "object": "VARCHAR",
    "record_id": "VARCHAR",
    "person_object": "VARCHAR",
    "person_id": "VARCHAR",
    "certain": "BOOLEAN",
}
FOLDS = (("ß", "ss"), ("ø", "o"), ("ł", "l"), ("æ", "ae"), ("œ", "oe"), ("đ", "d"))
PLACEHOLDERS = ("123456789", "987654321", "1234567890", "012345678")
PLACE = ("street", "city", "state", "postal", "country")
RAW = {
    "node": "BIGINT",
    "person_object": "VARCHAR",
    "person_id": "VARCHAR",
    "first": "VARCHAR",
    "last": "VARCHAR",
    "full": "VARCHAR",
    "emails": "VARCHAR[]",
    "phones": "VARCHAR[]",
    "birth": "VARCHAR",
    "national_ids": "VARCHAR[]",
    **dict.fromkeys(PLACE, "VARCHAR"),
    "language": "VARCHAR",
    "modified": "TIMESTAMP",
    "held": "BOOLEAN",
}


def link_people(
    engine: Engine, objects: Sequence[str], snapshot: Snapshot, schema: Schema, roles: dict[str, PersonRole]
) -> None:
    """Makes `concern`: for each taken record the person records that it is or leads to."""
    parts = [select for name in objects for select in _links(name, snapshot, schema, roles)]
    if not parts:
        engine.register("concern", CONCERN, ())
        return
    union = "\nUNION ALL\n".join(parts)
    merged = f"""
        SELECT
            object,
            record_id,
            person_object,
            person_id,
            bool_or(certain) AS certain
        FROM (
            {union}
        )
        WHERE person_id IS NOT NULL
        GROUP BY ALL
    """
    engine.run([Step("concern", merged)])


def _links(name: str, snapshot: Snapshot, schema: Schema, roles: dict[str, PersonRole]) -> Iterator[str]:
    role = roles.get(name)
    ways = ways_to_people(name, schema, roles) if name.lower() not in ("contact", "lead", "user", "account") else ()
    if role is not None and role.own == "always":
        yield _itself(name, role, snapshot)
    elif role is not None and role.own == "unlinked":
        yield _unlinked(name, snapshot, ways)
    elif role is None and name.lower() in ("contact", "lead", "user"):
        yield _itself(name, PersonRole(name, "always", PersonColumns()), snapshot)
    for way in ways:
        yield _along(name, way, snapshot, roles)


def _itself(name: str, role: PersonRole, snapshot: Snapshot) -> str:
    held = snapshot.named(name)
    join = f'LEFT JOIN {identifier(held.table)} AS snap\n                ON snap."Id" = taken.record_id' if held else ""
    only = f"AND coalesce({sql.flag('snap.' + identifier(role.only_if))}, FALSE)" if role.only_if and held else ""
    present = 'snap."Id" IS NOT NULL' if held else "FALSE"
    return f"""
            SELECT
                taken.object,
                taken.record_id,
                taken.object AS person_object,
                taken.record_id AS person_id,
                taken.certainty = 'certain' AND {present} AS certain
            FROM taken
            {join}
            WHERE taken.object = {literal(name)}
                {only}
    """


def _unlinked(name: str, snapshot: Snapshot, ways: Sequence[Way]) -> str:
    """Records that are people of their own only where none of their references leads to one."""
    held = snapshot.objects[name]
    firsts = sorted({column for way in ways for _, column in way.steps[:1]})
    empty = " AND ".join(f"snap.{identifier(column)} IS NULL" for column in firsts) or "TRUE"
    return f"""
            SELECT
                taken.object,
                taken.record_id,
                taken.object AS person_object,
                taken.record_id AS person_id,
                taken.certainty = 'certain' AS certain
            FROM taken
            JOIN {identifier(held.table)} AS snap
                ON snap."Id" = taken.record_id
            WHERE taken.object = {literal(name)}
                AND {empty}
    """


def _along(name: str, way: Way, snapshot: Snapshot, roles: dict[str, PersonRole]) -> str:
    """Follows references; certain only where no record on the way was changed since the theft."""
    joins, alias, unchanged = [], "taken.record_id", []
    for number, (holder, column) in enumerate(way.steps, 1):
        table = f"step_{number}"
        joins.append(
            f'JOIN {identifier(snapshot.objects[holder].table)} AS {table}\n                ON {table}."Id" = {alias}'
        )
        alias = id18(f"{table}.{identifier(column)}")
        unchanged.append(f"coalesce({table}._modified <= taken.first_taken, FALSE)")
    target = snapshot.objects[way.target]
    only = roles[way.target].only_if
    flag = f"AND coalesce({sql.flag('person.' + identifier(only))}, FALSE)" if only else ""
    listed = "\n            ".join(joins)
    return f"""
            SELECT
                taken.object,
                taken.record_id,
                {literal(way.target)} AS person_object,
                coalesce(person."Id", {alias}) AS person_id,
                taken.certainty = 'certain' AND person."Id" IS NOT NULL AND {" AND ".join(unchanged)} AS certain
            FROM taken
            {listed}
            LEFT JOIN {identifier(target.table)} AS person
                ON person."Id" = {alias}
            WHERE taken.object = {literal(name)}
                AND {alias} IS NOT NULL
                {flag if only else ""}
    """


def identify(engine: Engine, snapshot: Snapshot, roles: dict[str, PersonRole], *, home: str | None) -> None:
    """Makes `persons_raw` and `identity` of all person records in `concern`; `home` is our own country (ISO 3166-1)."""
    query = "SELECT DISTINCT person_object FROM concern ORDER BY person_object"
    names = [str(row[0]) for row in engine.rows(query)]
    if not names:
        engine.register("persons_raw", RAW, ())
    else:
        parts = [_raw(name, snapshot, roles.get(name)) for name in names]
        union = "\nUNION ALL\n".join(parts)
        numbered = f"SELECT row_number() OVER (ORDER BY person_object, person_id) AS node, *\nFROM ({union})"
        engine.run([Step("persons_raw", numbered)])
    _register_places(engine)
    register_dial(engine)
    engine.run([Step("identity", _identity(home)), Step("identity_phones", PHONES)])


def _raw(name: str, snapshot: Snapshot, role: PersonRole | None) -> str:
    columns = role.columns if role is not None else PersonColumns()
    held = snapshot.named(name)
    person = {
        "first": _text(columns.first),
        "last": _text(columns.last),
        "full": _text(columns.full),
        "emails": _list(columns.emails),
        "phones": _list(columns.phones),
        "birth": _text(columns.birth),
        "national_ids": _list(columns.national_ids),
        **_address(columns.addresses),
        "language": _text(columns.language),
        "modified": "snap._modified" if held else "CAST(NULL AS TIMESTAMP)",
        "held": 'snap."Id" IS NOT NULL' if held else "FALSE",
    }
    listed = ",\n            ".join(f"{expression} AS {identifier(key)}" for key, expression in person.items())
    join = f'LEFT JOIN {identifier(held.table)} AS snap\n            ON snap."Id" = wanted.person_id' if held else ""
    return f"""
        SELECT
            wanted.person_object,
            wanted.person_id,
            {listed}
        FROM (
            SELECT DISTINCT person_object, person_id
            FROM concern
            WHERE person_object = {literal(name)}
        ) AS wanted
        {join}
    """


def _text(column: str | None) -> str:
    return "CAST(NULL AS VARCHAR)" if column is None else f"nullif(trim(snap.{identifier(column)}), '')"


def _list(columns: Sequence[str]) -> str:
    if not columns:
        return "CAST([] AS VARCHAR[])"
    return f"list_filter([{', '.join(map(_text, columns))}], lambda x: x IS NOT NULL)"


def _address(addresses: Sequence[AddressColumns]) -> dict[str, str]:
    """The first address of which a street, a town, a postal code or a country is filled, as a whole."""
    cases: dict[str, list[str]] = {part: [] for part in PLACE}
    for address in addresses:
        filled = [column for column in (address.street, address.city, address.postal, address.country) if column]
        there = f"coalesce({', '.join(map(_text, filled))}) IS NOT NULL" if filled else "FALSE"
        for part in PLACE:
            cases[part].append(f"WHEN {there} THEN {_text(getattr(address, part))}")
    return {part: f"CASE {' '.join(whens)} END" if whens else _text(None) for part, whens in cases.items()}


ZIP = r"regexp_matches(postal, '^\d{5}(-\d{4})?$')"


def _register_places(engine: Engine) -> None:
    """Makes the table `places` of each distinct wording of country and state."""
    query = f"""
        SELECT DISTINCT
            country,
            state,
            coalesce({ZIP}, FALSE) AS zip
        FROM persons_raw
        ORDER BY country, state, zip
    """
    columns = {
        "country": "VARCHAR",
        "state": "VARCHAR",
        "zip": "BOOLEAN",
        "code": "VARCHAR",
        "region": "VARCHAR",
    }

    def rows() -> Iterator[tuple[object, ...]]:
        for country, state, us_zip in engine.rows(query):
            found = residence(_str(country), _str(state), us_zip=us_zip is True)
            yield country, state, us_zip, found.country, found.region

    engine.register("places", columns, rows())


def _str(value: object) -> str | None:
    return None if value is None else str(value)


def normal_name(expression: str) -> str:
    """Gives SQL for a name in lower case without accents, blanks and signs; plain letters take the short way."""
    folded = f"lower({expression})"
    for sign, plain in FOLDS:
        folded = f"replace({folded}, '{sign}', '{plain}')"
    bare = f"nullif(regexp_replace(strip_accents({folded}), '[^\\p{{L}}\\p{{N}}]+', '', 'g'), '')"
    return f"CASE WHEN regexp_full_match({expression}, '[A-Za-z]+') THEN lower({expression}) ELSE {bare} END"


FIRST = """coalesce(first, CASE
                WHEN last IS NULL AND contains("full", ',') THEN trim(split_part("full", ',', 2))
                WHEN last IS NULL AND contains("full", ' ') THEN split_part("full", ' ', 1)
            END)"""
LAST = """coalesce(last, CASE
                WHEN contains("full", ',') THEN split_part("full", ',', 1)
                WHEN first IS NULL AND contains("full", ' ') THEN substr("full", strpos("full", ' ') + 1)
                ELSE "full"
            END)"""
"""A full name alone is split at its comma, else at its first blank."""

USABLE = f"""length(x) >= 7
                    AND length(replace(x, left(x, 1), '')) > 1
                    AND x NOT IN ({", ".join(map(literal, PLACEHOLDERS))})"""
"""National ids that tell people apart: not too short, not one digit repeated, not what forms show as an example."""


def _identity(home: str | None) -> str:
    """Names, addresses and numbers in one form."""
    return f"""
        WITH named AS (
            SELECT
                *,
                {normal_name(FIRST)} AS first_n,
                {normal_name(LAST)} AS last_n,
                coalesce({ZIP}, FALSE) AS zip
            FROM persons_raw
        )
        SELECT
            named.node,
            named.first_n,
            named.last_n,
            list_filter(
                list_transform(named.emails, lambda x: lower(trim(x))),
                lambda x: regexp_matches(x, '^[^@ ]+@[^@ ]+$')
            ) AS emails_n,
            {sql.day("named.birth")} AS born,
            list_filter(
                list_transform(named.national_ids, lambda x: upper(regexp_replace(x, '[^A-Za-z0-9]', '', 'g'))),
                lambda x: {USABLE}
            ) AS national_ids_n,
            named.phones,
            upper(regexp_replace(named.postal, '[^A-Za-z0-9]', '', 'g')) AS postal_n,
            places.code AS country,
            places.region,
            coalesce(places.code, {literal(home) if home else "NULL"}) AS dial_region
        FROM named
        LEFT JOIN places
            ON places.country IS NOT DISTINCT FROM named.country
            AND places.state IS NOT DISTINCT FROM named.state
            AND places.zip = named.zip
    """


PHONES = f"""
    SELECT DISTINCT
        numbers.node,
        {e164("numbers.phone", "dial")} AS phone_n
    FROM (
        SELECT
            node,
            dial_region,
            unnest(phones) AS phone
        FROM identity
    ) AS numbers
    LEFT JOIN dial
        ON dial.region = numbers.dial_region
"""
