"""Each atom answered once for a distinct value of its field, inside the engine.

For a field the distinct values are put in classes: values that answer all atoms alike are one class. A column with a
million different values (query texts, addresses) so becomes a handful of class numbers, and only values that say yes
to something are kept at all. What SQL cannot answer alike on every engine (Unicode folding, networks) is answered in
Python on a stream of distinct values, never on a list of them.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import assert_never

from spillmark.detect.fields import expression
from spillmark.detect.fold import fold
from spillmark.detect.tree import Atom
from spillmark.engine.interface import Engine, Step, literal

OTHER = 0  # class of values that say yes to nothing but "exists"
ABSENT = 1  # class of NULL
COMPARE = {"eq": "=", "ne": "<>", "lt": "<", "lte": "<=", "gt": ">", "gte": ">="}


@dataclass(frozen=True)
class Answers:
    """The classes of one field: `table` maps value to class, `classes` class to the atoms that say yes."""

    field: str
    sql: str
    table: str
    classes: dict[int, frozenset[Atom]]

    def column(self, alias: str) -> str:
        """Gives the class of a row as SQL, where `alias` is the joined `table`."""
        return f"coalesce({alias}.class, CASE WHEN {self.sql} IS NULL THEN {ABSENT} ELSE {OTHER} END)"


def answer(engine: Engine, number: int, field: str, wanted: Sequence[Atom]) -> Answers:
    """Answers all atoms of one field of table `events`; makes the table `detect_dictionary_<number>`.

    Raises:
        LookupError: events have no such field.
    """
    value = expression(field, engine.columns("events"), "e")
    if value is None:
        raise LookupError(field)
    asked = sorted(set(wanted))
    folded, inside, bits, names = (f"detect_{part}_{number}" for part in ("folded", "inside", "bits", "dictionary"))
    engine.register(folded, {"value": "VARCHAR", "folded": "VARCHAR"}, _folded(engine, value))
    networks = [atom for atom in asked if atom.test == "cidr"]
    engine.register(inside, {"value": "VARCHAR", "bits": "VARCHAR"}, _inside(engine, value, networks))
    other = "".join("1" if atom.test == "exists" else "0" for atom in asked)
    engine.run([_bits(bits, asked, networks, value=value, folded=folded, inside=inside, other=other)])
    found = [str(row[0]) for row in engine.rows(f"SELECT DISTINCT bits FROM {bits} ORDER BY bits")]
    classes = {OTHER: _yes(asked, other), ABSENT: frozenset(atom for atom in asked if atom.test == "null")}
    classes.update({index: _yes(asked, text) for index, text in enumerate(found, start=2)})
    engine.register(
        f"{bits}_class",
        {"bits": "VARCHAR", "class": "INTEGER"},
        ((bits_, index) for index, bits_ in enumerate(found, start=2)),
    )
    engine.run([Step(names, f"SELECT b.value, c.class FROM {bits} b JOIN {bits}_class c USING (bits)")])
    return Answers(field, value, names, classes)


def _yes(asked: Sequence[Atom], bits: str) -> frozenset[Atom]:
    return frozenset(atom for atom, bit in zip(asked, bits, strict=True) if bit == "1")


def _bits(
    name: str, asked: Sequence[Atom], networks: Sequence[Atom], *, value: str, folded: str, inside: str, other: str
) -> Step:
    """One character for each atom, for each distinct value that differs from `other`."""
    tests = [
        f"coalesce(substr(i.bits, {networks.index(atom) + 1}, 1), '0')"
        if atom.test == "cidr"
        else f"CASE WHEN {condition(atom, 'v.value', 'v.folded')} THEN '1' ELSE '0' END"
        for atom in asked
    ]
    return Step(
        name,
        f"""
        WITH v AS (
            SELECT d.value, coalesce(f.folded, lower(d.value)) AS folded
            FROM (SELECT DISTINCT {value} AS value FROM events e) d
            LEFT JOIN {folded} f ON f.value = d.value
            WHERE d.value IS NOT NULL
        )
        SELECT value, bits
        FROM (
            SELECT v.value, {" || ".join(tests)} AS bits
            FROM v
            LEFT JOIN {inside} i ON i.value = v.value
        )
        WHERE bits <> {literal(other)}
        """,
    )


def condition(atom: Atom, value: str, folded: str) -> str:
    """Gives an atom as SQL over two expressions: the text as logged, and folded; never NULL for a text."""
    text = value if atom.cased else folded
    match atom.test:
        case "equals":
            return f"{text} = {literal(atom.value)}"
        case "contains":
            return f"contains({text}, {literal(atom.value)})"
        case "starts":
            return f"starts_with({text}, {literal(atom.value)})"
        case "ends":
            return f"ends_with({text}, {literal(atom.value)})"
        case "pattern":
            return f"regexp_full_match({text}, {literal(atom.value)})"
        case "regex":
            return f"regexp_matches({value}, {literal(atom.value)})"
        case "eq" | "ne" | "lt" | "lte" | "gt" | "gte":
            number = f"TRY_CAST({value} AS DOUBLE)"
            return f"coalesce(isfinite({number}) AND {number} {COMPARE[atom.test]} {float(atom.value)!r}, false)"
        case "null":
            return f"{value} = ''"
        case "exists":
            return "true"
        case "cidr":
            raise ValueError("networks are not answered in SQL")
        case _:
            assert_never(atom.test)


def check(engine: Engine, atom: Atom) -> None:
    """Lets the engine compile a rule author's expression, so that a bad one fails alone.

    Raises the engine's error where it cannot (look-around and back references are not RE2).
    """
    if atom.test in ("regex", "pattern"):
        engine.one("SELECT " + condition(atom, "''", "''"))


def _folded(engine: Engine, value: str) -> Iterator[tuple[str, str]]:
    """The distinct values that are not plain ASCII, with their folded form."""
    sql = f"SELECT DISTINCT {value} FROM events e WHERE strlen({value}) <> length({value})"
    for (text,) in engine.rows(sql):
        yield str(text), fold(str(text))


def _inside(engine: Engine, value: str, networks: Sequence[Atom]) -> Iterator[tuple[str, str]]:
    """The distinct values that are addresses in at least one network, with one bit for each network."""
    parsed = [ip_network(atom.value) for atom in networks]
    if not parsed:
        return
    for (text,) in engine.rows(f"SELECT DISTINCT {value} FROM events e WHERE {value} IS NOT NULL"):
        bits = "".join("1" if within(str(text), network) else "0" for network in parsed)
        if "1" in bits:
            yield str(text), bits


def within(text: str, network: IPv4Network | IPv6Network) -> bool:
    """Tells whether a text is an address of a network; an IPv4 address written as IPv6 counts as IPv4."""
    try:
        address = ip_address(text.strip())
    except ValueError:
        return False
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        address = address.ipv4_mapped
    return address in network
