"""Person records to individuals by exact keys, so that shared contact data does not melt people together.

Rules (each documented where it is applied):
1. The same e-mail address or telephone number joins records of the same full name; different birth dates keep them
   apart (father and son). A record without a birth date joins the only dated namesake, unless that one is a minor and
   the record has a number that the minor lacks (a parent of the same name).
2. A record with only an initial or, for e-mail, without a first name joins if exactly one person fits.
3. The same national id joins records of the same first name (family names change by marriage).
4. The same full name and birth date joins two records, unless both carry e-mail, telephone and postal code and all of
   them differ, or both carry national ids and these differ.
5. Where a chain of such steps puts two birth dates into one person, the person is split by birth date.
No step looks at the order of records: the numbers of nodes follow the record ids.
"""

from spillmark.engine.interface import Engine, Step

CROWD = 50
"""Records with one name and birth date beyond which the date is taken for a placeholder (1900-01-01)."""
ROUNDS = 64

SHARED = """
    WITH every_value AS (
        SELECT node, 'e|' || unnest(list_distinct(emails_n)) AS value
        FROM identity
        UNION ALL
        SELECT node, 'p|' || phone_n AS value
        FROM identity_phones
        WHERE phone_n IS NOT NULL
    )
    SELECT node, value
    FROM every_value
    SEMI JOIN (
        SELECT value
        FROM every_value
        GROUP BY value
        HAVING count(*) > 1
    ) AS several
        ON several.value = every_value.value
"""
"""Each contact value that several records have."""

NAMED = """
    SELECT
        shared.value,
        shared.node,
        identity.first_n || '|' || identity.last_n AS name,
        identity.born,
        numbers.list AS numbers
    FROM shared
    JOIN identity
        ON identity.node = shared.node
    LEFT JOIN (
        SELECT node, list(phone_n ORDER BY phone_n) AS list
        FROM identity_phones
        WHERE phone_n IS NOT NULL
        GROUP BY node
    ) AS numbers
        ON numbers.node = shared.node
    WHERE length(identity.first_n) > 1
        AND identity.last_n IS NOT NULL
"""
"""Records with a whole name under each contact value."""

GROUPS = """
    SELECT
        value,
        name,
        count(DISTINCT born) AS births,
        min(born) AS born,
        flatten(list(numbers ORDER BY node) FILTER (WHERE born IS NOT NULL AND numbers IS NOT NULL)) AS dated_numbers
    FROM named
    GROUP BY value, name
"""

SAME_CONTACT = """
    SELECT
        named.node,
        named.value,
        named.value || '|' || named.name || '|' || CASE
            WHEN people.births = 0 THEN ''
            WHEN named.born IS NOT NULL THEN CAST(named.born AS VARCHAR)
            WHEN people.births > 1 THEN 'undated'
            WHEN people.born > (SELECT adult_since FROM theft_day)
                AND NOT list_has_all(coalesce(people.dated_numbers, []), coalesce(named.numbers, [])) THEN 'undated'
            ELSE CAST(people.born AS VARCHAR)
        END AS key
    FROM named
    JOIN people_groups AS people
        ON people.value = named.value
        AND people.name = named.name
"""
"""Rule 1."""

INCOMPLETE = """
    SELECT
        shared.node,
        whole.key
    FROM shared
    JOIN identity
        ON identity.node = shared.node
    JOIN (
        SELECT DISTINCT same_contact.key, same_contact.value, identity.first_n, identity.last_n, identity.born
        FROM same_contact
        JOIN identity
            ON identity.node = same_contact.node
    ) AS whole
        ON whole.value = shared.value
        AND (identity.last_n = whole.last_n OR (identity.last_n IS NULL AND starts_with(shared.value, 'e|')))
        AND (identity.first_n IS NULL OR starts_with(whole.first_n, identity.first_n))
        AND (identity.born IS NULL OR whole.born IS NULL OR identity.born = whole.born)
    WHERE coalesce(length(identity.first_n), 0) <= 1
        OR identity.last_n IS NULL
    QUALIFY count(DISTINCT whole.key) OVER (PARTITION BY shared.node, shared.value) = 1
"""
"""Rule 2."""

SAME_NUMBER = """
    SELECT
        numbered.node,
        'n|' || numbered.number || '|' || coalesce(numbered.first_n, '') AS key
    FROM (
        SELECT node, first_n, unnest(list_distinct(national_ids_n)) AS number
        FROM identity
    ) AS numbered
"""
"""Rule 3."""

SAME_BIRTH = f"""
    WITH dated AS (
        SELECT
            identity.node,
            first_n,
            last_n,
            born,
            emails_n,
            national_ids_n,
            postal_n,
            coalesce(numbers.list, []) AS numbers
        FROM identity
        LEFT JOIN (
            SELECT node, list(phone_n) AS list
            FROM identity_phones
            WHERE phone_n IS NOT NULL
            GROUP BY node
        ) AS numbers
            ON numbers.node = identity.node
        WHERE born IS NOT NULL
            AND length(first_n) > 1
            AND last_n IS NOT NULL
        QUALIFY count(*) OVER (PARTITION BY first_n, last_n, born) BETWEEN 2 AND {CROWD}
    ),
    pairs AS (
        SELECT
            a.node AS left_node,
            b.node AS right_node
        FROM dated AS a
        JOIN dated AS b
            ON a.first_n = b.first_n
            AND a.last_n = b.last_n
            AND a.born = b.born
            AND a.node < b.node
        WHERE NOT (
                len(a.national_ids_n) > 0
                AND len(b.national_ids_n) > 0
                AND NOT list_has_any(a.national_ids_n, b.national_ids_n)
            )
            AND NOT (
                len(a.emails_n) > 0
                AND len(b.emails_n) > 0
                AND NOT list_has_any(a.emails_n, b.emails_n)
                AND len(a.numbers) > 0
                AND len(b.numbers) > 0
                AND NOT list_has_any(a.numbers, b.numbers)
                AND a.postal_n <> ''
                AND b.postal_n <> ''
                AND a.postal_n <> b.postal_n
            )
    )
    SELECT left_node AS node, 'b|' || left_node || '|' || right_node AS key
    FROM pairs
    UNION ALL
    SELECT right_node AS node, 'b|' || left_node || '|' || right_node AS key
    FROM pairs
"""
"""Rule 4."""

KEYS = """
    WITH every_key AS (
        SELECT node, key FROM same_contact
        UNION
        SELECT node, key FROM incomplete
        UNION
        SELECT node, key FROM same_number
        UNION
        SELECT node, key FROM same_birth
        UNION
        SELECT node, key FROM same_record
    )
    SELECT node, key
    FROM every_key
    QUALIFY count(*) OVER (PARTITION BY key) > 1
"""
"""Keys that at least two records share; all others join nobody."""

START = """
    SELECT DISTINCT node, node AS label
    FROM person_keys
"""

SPREAD = """
    SELECT
        keys.node,
        min(reached.label) AS label
    FROM person_keys AS keys
    JOIN (
        SELECT key, min(labels.label) AS label
        FROM person_keys
        JOIN {labels} AS labels
            ON labels.node = person_keys.node
        GROUP BY key
    ) AS reached
        ON reached.key = keys.key
    GROUP BY keys.node
"""

INDIVIDUALS = """
    WITH labelled AS (
        SELECT
            raw.node,
            raw.person_object || '/' || raw.person_id AS record,
            identity.born,
            labels.label
        FROM {labels} AS labels
        JOIN identity
            ON identity.node = labels.node
        JOIN persons_raw AS raw
            ON raw.node = labels.node
    ),
    dated AS (
        SELECT
            *,
            count(DISTINCT born) OVER (PARTITION BY label) AS births
        FROM labelled
    ),
    apart AS (
        SELECT
            *,
            CASE
                WHEN births <= 1 THEN CAST(label AS VARCHAR)
                WHEN born IS NOT NULL THEN label || '|' || born
                ELSE label || '|' || node
            END AS person
        FROM dated
    )
    SELECT
        node,
        'P' || upper(left(sha256(min(record) OVER (PARTITION BY person)), 16)) AS person_id,
        count(*) OVER (PARTITION BY person) = 1 AS alone
    FROM apart
    UNION ALL
    SELECT
        node,
        'P' || upper(left(sha256(person_object || '/' || person_id), 16)) AS person_id,
        TRUE AS alone
    FROM persons_raw
    ANTI JOIN {labels} AS labels
        ON labels.node = persons_raw.node
"""
"""Rule 5, and an id that follows from the person's records alone."""


def merge_people(engine: Engine) -> int:
    """Makes `individuals` (node, person_id, alone: of no other record) and gives the number of rounds.

    Expects `identity`, `identity_phones`, `same_record` (node, key) and `theft_day` (adult_since).
    """
    engine.run([
        Step("shared", SHARED),
        Step("named", NAMED),
        Step("people_groups", GROUPS),
        Step("same_contact", SAME_CONTACT),
        Step("incomplete", INCOMPLETE),
        Step("same_number", SAME_NUMBER),
        Step("same_birth", SAME_BIRTH),
        Step("person_keys", KEYS),
        Step("labels_0", START),
    ])  # fmt: skip
    last = 0
    for number in range(1, ROUNDS + 1):
        before, after = f"labels_{(number - 1) % 2}", f"labels_{number % 2}"
        engine.run([Step(after, SPREAD.format(labels=before))])
        last = number
        moved = f"SELECT count(*) FROM {before} AS a JOIN {after} AS b ON a.node = b.node WHERE a.label <> b.label"
        if engine.one(moved)[0] == 0:
            break
    engine.run([Step("individuals", INDIVIDUALS.format(labels=f"labels_{last % 2}"))])
    return last
