"""Baselines: what is new against an actor's own history, described by content, answered by SQL.

A stolen integration token acts as the integration's own user and app; what betrays it is where it comes from. A
baseline rule names the value that is watched, whose history counts, and how much history it takes to speak at all.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from ipaddress import ip_address, ip_network
from typing import Literal

from pydantic import ConfigDict, Field
from pydantic.dataclasses import dataclass as checked

from spillmark.detect.logsources import condition
from spillmark.engine.interface import Engine, Step, identifier, literal
from spillmark.model.org import Network

STRICT = ConfigDict(extra="forbid")


@checked(frozen=True, config=STRICT)
class Baseline:
    """What is watched (`new`), for whom (`per`), and the history that is needed.

    `days` is the least number of different earlier days on which the actor was seen, `history` the least number of days
    between its first event and the first event with the new value, `fresh` for how many hours the new value stays new.
    A network is the first `prefix4` bits of an IPv4 address or `prefix6` of an IPv6 one.
    """

    new: Literal["network"]
    per: tuple[Literal["user", "app"], ...]
    days: int = Field(ge=1)
    history: int = Field(ge=1)
    fresh: int = Field(ge=1, default=24)
    prefix4: int = Field(ge=8, le=32, default=24)
    prefix6: int = Field(ge=16, le=128, default=48)


@dataclass(frozen=True)
class Watch:
    """One baseline rule as this module needs it."""

    rule: str
    sources: tuple[str, ...]
    baseline: Baseline


def evaluate(engine: Engine, watches: Sequence[Watch], networks: Sequence[Network]) -> tuple[str, ...]:
    """Evaluates baseline rules on `detect_actors`; makes the table `detect_new` (rule, evidence, row).

    Networks of the organisation are never new. Gives the rules for which no actor had enough history.
    """
    silent = []
    parts = ["SELECT '' AS rule, '' AS evidence, 0::BIGINT AS row WHERE false"]
    for number, watch in enumerate(watches):
        table = f"detect_new_{number}"
        engine.register(
            f"{table}_places",
            {"address": "VARCHAR", "place": "VARCHAR", "own": "BOOLEAN"},
            _places(engine, watch.baseline, networks),
        )
        engine.run(_steps(table, watch))
        if not int(str(engine.one(f"SELECT count(*) FROM {table}_known")[0])):
            silent.append(watch.rule)
        parts.append(f"SELECT rule, evidence, row FROM {table}")
    engine.run([Step("detect_new", " UNION ALL ".join(parts))])
    return tuple(silent)


def _places(engine: Engine, baseline: Baseline, networks: Sequence[Network]) -> Iterator[tuple[str, str, bool]]:
    """Gives each distinct address with its network, and whether that is the organisation's own."""
    ours = [ip_network(network.cidr, strict=False) for network in networks]
    for (text,) in engine.rows("SELECT DISTINCT address FROM detect_actors WHERE address IS NOT NULL"):
        try:
            address = ip_address(str(text))
        except ValueError:
            continue
        prefix = baseline.prefix4 if address.version == 4 else baseline.prefix6
        network = ip_network(f"{address}/{prefix}", strict=False)
        yield str(text), str(network), any(address in one for one in ours)


def _steps(table: str, watch: Watch) -> list[Step]:
    baseline = watch.baseline
    per = ", ".join(identifier(field) for field in baseline.per)
    present = " AND ".join(f"{identifier(field)} IS NOT NULL" for field in baseline.per)
    seen = f"""
            FROM detect_actors a
            JOIN {table}_places p ON p.address = a.address
            WHERE a.time IS NOT NULL AND {present} AND ({condition(watch.sources, "a.source")})
            """
    return [
        Step(
            f"{table}_seen",
            f"""
            SELECT {per}, p.place, p.own, CAST(a.time AS DATE) AS day, min(a.time) AS time
            {seen}
            GROUP BY {per}, p.place, p.own, CAST(a.time AS DATE)
            """,
        ),
        Step(
            f"{table}_days",  # how many days of use lie behind an actor at the start of each day
            f"""
            SELECT {per}, day, first, row_number() OVER (PARTITION BY {per} ORDER BY day) - 1 AS before
            FROM (
                SELECT {per}, day, min(min(time)) OVER (PARTITION BY {per}) AS first
                FROM {table}_seen
                GROUP BY {per}, day
            )
            """,
        ),
        Step(
            f"{table}_known",
            f"""
            SELECT *
            FROM {table}_days
            WHERE before >= {baseline.days} AND day - CAST(first AS DATE) >= {baseline.history}
            """,
        ),
        _arrivals(table, watch, per, seen),
    ]


def _arrivals(table: str, watch: Watch, per: str, seen: str) -> Step:
    """The events of known actors from places that were new less than `fresh` hours before."""
    baseline = watch.baseline
    same = " AND ".join(f"f.{identifier(field)} = a.{identifier(field)}" for field in baseline.per)
    return Step(
        table,
        f"""
        WITH arrived AS (
            SELECT {per}, place, min(time) AS since, CAST(min(time) AS DATE) AS day
            FROM {table}_seen
            WHERE NOT own
            GROUP BY {per}, place
        ),
        fresh AS (
            SELECT {per}, place, since
            FROM arrived
            JOIN {table}_known USING ({per}, day)
        )
        SELECT {literal(watch.rule)} AS rule, a.evidence, a.row
        {seen}
            AND EXISTS (
                FROM fresh f
                WHERE {same} AND f.place = p.place AND a.time < f.since + to_hours({baseline.fresh})
            )
        """,
    )
