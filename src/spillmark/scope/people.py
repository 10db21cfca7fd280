"""The table `people`: one row for each affected individual, and how many there are by place and by kind of data.

Columns as in contract case/1 (person_id, records, data_classes, country, region, minor, certainty) and what a letter
needs, as it stands in the snapshot whatever was taken. Only fields that the thief's queries selected count as data of a
person. `person_id` follows from the person's record ids alone, so that no order of files or rows changes it.
"""

from collections.abc import Sequence
from datetime import datetime

from spillmark.engine.interface import Engine, Step, identifier, literal
from spillmark.model.scope import PeopleCount
from spillmark.scope.identity import identify, link_people
from spillmark.scope.merge import merge_people
from spillmark.scope.residence import load_places
from spillmark.scope.roles import PersonRole
from spillmark.scope.snapshot import Snapshot
from spillmark.soql.schema import Schema

ADULT = 18
PEOPLE = {
    "person_id": "VARCHAR",
    "records": "VARCHAR[]",
    "data_classes": "VARCHAR[]",
    "country": "VARCHAR",
    "region": "VARCHAR",
    "minor": "BOOLEAN",
    "certainty": "VARCHAR",
    "first_name": "VARCHAR",
    "last_name": "VARCHAR",
    "name": "VARCHAR",
    "email": "VARCHAR",
    "phone": "VARCHAR",
    "street": "VARCHAR",
    "postal_code": "VARCHAR",
    "city": "VARCHAR",
    "language": "VARCHAR",
    "birth_date": "DATE",
}
UNKNOWN = "unknown"

SAME_RECORD = """
    SELECT raw.node, 'r|' || pairs.left_object || '/' || pairs.left_id AS key
    FROM ({pairs}) AS pairs
    JOIN persons_raw AS raw
        ON raw.person_object = pairs.left_object
        AND raw.person_id = pairs.left_id
    UNION ALL
    SELECT raw.node, 'r|' || pairs.left_object || '/' || pairs.left_id AS key
    FROM ({pairs}) AS pairs
    JOIN persons_raw AS raw
        ON raw.person_object = pairs.right_object
        AND raw.person_id = pairs.right_id
"""

RANKED = """
    SELECT
        individuals.person_id AS person,
        raw.*,
        identity.born,
        identity.country AS country_code,
        identity.region,
        row_number() OVER (
            PARTITION BY individuals.person_id
            ORDER BY raw.modified DESC NULLS LAST, raw.node
        ) AS place
    FROM individuals
    JOIN identity
        ON identity.node = individuals.node
    JOIN persons_raw AS raw
        ON raw.node = individuals.node
    WHERE NOT individuals.alone
"""
"""The records of each individual that has several, the last changed one first."""

CONTACT = """
    SELECT
        individuals.person_id AS person,
        raw.first AS first_name,
        raw.last AS last_name,
        raw."full" AS full_name,
        raw.emails[1] AS email,
        raw.phones[1] AS phone,
        raw.street,
        raw.postal,
        raw.city,
        identity.country,
        identity.region,
        raw.language,
        identity.born AS birth_date
    FROM individuals
    JOIN identity
        ON identity.node = individuals.node
    JOIN persons_raw AS raw
        ON raw.node = individuals.node
    WHERE individuals.alone
    UNION ALL
    SELECT * EXCLUDE (address, home) REPLACE (
            address.street AS street,
            address.postal AS postal,
            address.city AS city,
            home.country AS country,
            home.region AS region
        )
    FROM (
        SELECT
            person,
            first(first ORDER BY place) FILTER (WHERE first IS NOT NULL) AS first_name,
            first(last ORDER BY place) FILTER (WHERE last IS NOT NULL) AS last_name,
            first("full" ORDER BY place) FILTER (WHERE "full" IS NOT NULL) AS full_name,
            first(emails[1] ORDER BY place) FILTER (WHERE len(emails) > 0) AS email,
            first(phones[1] ORDER BY place) FILTER (WHERE len(phones) > 0) AS phone,
            NULL AS street,
            NULL AS postal,
            NULL AS city,
            NULL AS country,
            NULL AS region,
            first(language ORDER BY place) FILTER (WHERE language IS NOT NULL) AS language,
            min(born) AS birth_date,
            first({'street': street, 'postal': postal, 'city': city} ORDER BY place)
                FILTER (WHERE coalesce(street, city, postal) IS NOT NULL) AS address,
            first({'country': country_code, 'region': region} ORDER BY (region IS NULL), place)
                FILTER (WHERE country_code IS NOT NULL) AS home
        FROM ranked
        GROUP BY person
    )
"""
"""What a letter needs, each from the last changed record that has it; an address is taken as a whole."""

LINKED = """
    SELECT
        individuals.person_id AS person,
        concern.object,
        concern.record_id,
        concern.certain,
        individuals.alone AND count(*) OVER (PARTITION BY raw.node) = 1 AS single
    FROM concern
    JOIN persons_raw AS raw
        ON raw.person_object = concern.person_object
        AND raw.person_id = concern.person_id
    JOIN individuals
        ON individuals.node = raw.node
"""
"""Taken records by person; `single` tells a person whom one record concerns."""

GONE = """
    WITH linked_taken AS (
        SELECT
            linked.person,
            linked.single,
            linked.certain,
            taken.object || '/' || taken.record_id AS record,
            taken.data_classes,
            taken.first_taken
        FROM linked
        JOIN taken
            ON taken.object = linked.object
            AND taken.record_id = linked.record_id
    )
    SELECT person, [record] AS records, data_classes, certain, first_taken
    FROM linked_taken
    WHERE single
    UNION ALL
    SELECT
        person,
        list_sort(list(DISTINCT record)) AS records,
        list_sort(list_distinct(flatten(list(data_classes)))) AS data_classes,
        bool_or(certain) AS certain,
        min(first_taken) AS first_taken
    FROM linked_taken
    WHERE NOT single
    GROUP BY person
"""
"""What of each individual left, and since when."""

TABLE = f"""
    SELECT
        gone.person AS person_id,
        gone.records,
        gone.data_classes,
        contact.country,
        contact.region,
        contact.birth_date > CAST(gone.first_taken AS DATE) - INTERVAL {ADULT} YEAR AS minor,
        CASE WHEN gone.certain THEN 'certain' ELSE 'possible' END AS certainty,
        contact.first_name,
        contact.last_name,
        coalesce(contact.full_name, nullif(concat_ws(' ', contact.first_name, contact.last_name), '')) AS name,
        contact.email,
        contact.phone,
        contact.street,
        contact.postal AS postal_code,
        contact.city,
        contact.language,
        contact.birth_date
    FROM gone
    JOIN contact
        ON contact.person = gone.person
"""


def find_people(
    engine: Engine,
    objects: Sequence[str],
    snapshot: Snapshot,
    schema: Schema,
    roles: dict[str, PersonRole],
    *,
    at: datetime | None,
    home: str | None,
) -> PeopleCount:
    """Makes `people` from `taken`; `at` is the time of the theft, `home` our own country for numbers without a code."""
    link_people(engine, objects, snapshot, schema, roles)
    if engine.one("SELECT count(*) FROM concern")[0] == 0:
        engine.register("people", PEOPLE, ())
        return PeopleCount(by_region={}, by_data_class={}, minors=0)
    identify(engine, snapshot, roles, home=home)
    day = "DATE '1900-01-01'" if at is None else f"DATE '{at:%Y-%m-%d}'"
    engine.run([Step("theft_day", f"SELECT {day} - INTERVAL {ADULT} YEAR AS adult_since")])
    _same_records(engine, snapshot, roles)
    merge_people(engine)
    engine.run([
        Step("ranked", RANKED),
        Step("contact", CONTACT),
        Step("linked", LINKED),
        Step("gone", GONE),
        Step("people", TABLE),
    ])  # fmt: skip
    return _count(engine)


def _same_records(engine: Engine, snapshot: Snapshot, roles: dict[str, PersonRole]) -> None:
    """Records that the platform itself keeps for one person: a person account and its contact."""
    pairs = []
    for name, role in sorted(roles.items()):
        for target, column in role.same_as:
            held = snapshot.objects[name]
            pairs.append(f"""
        SELECT
            {literal(name)} AS left_object,
            "Id" AS left_id,
            {literal(target)} AS right_object,
            {identifier(column)} AS right_id
        FROM {identifier(held.table)}
        WHERE {identifier(column)} IS NOT NULL
    """)
    if pairs:
        engine.run([Step("same_record", SAME_RECORD.format(pairs="\nUNION ALL\n".join(pairs)))])
    else:
        engine.register("same_record", {"node": "BIGINT", "key": "VARCHAR"}, ())


def _count(engine: Engine) -> PeopleCount:
    certain, possible, minors = engine.one("""
        SELECT
            count(*) FILTER (WHERE certainty = 'certain'),
            count(*) FILTER (WHERE certainty = 'possible'),
            count(*) FILTER (WHERE minor)
        FROM people
    """)
    counted = ", ".join(map(literal, load_places().counted_by_region))
    regions = engine.rows(f"""
        SELECT coalesce(CASE WHEN country IN ({counted}) THEN region END, country, '{UNKNOWN}') AS place, count(*)
        FROM people
        GROUP BY place
        ORDER BY place
    """)
    classes = engine.rows("""
        SELECT data_class, count(*)
        FROM (SELECT unnest(data_classes) AS data_class FROM people)
        GROUP BY data_class
        ORDER BY data_class
    """)
    return PeopleCount(
        certain=int(str(certain)),
        possible=int(str(possible)),
        by_region={str(place): int(str(number)) for place, number in regions},
        by_data_class={str(name): int(str(number)) for name, number in classes},
        minors=int(str(minors)),
    )
