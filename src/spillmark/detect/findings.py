"""Hits become findings: one for each rule and actor (user and app), numbered in the order in which they began."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from spillmark.clock import iso
from spillmark.detect.rules import Rule, RuleSet
from spillmark.engine.interface import Engine, Row, Step
from spillmark.model.finding import Actor, Finding

PROOF = 20  # rows that a finding cites; all of them are in the table `hits`
HITS = {"finding": "VARCHAR", "evidence": "VARCHAR", "row": "BIGINT"}
SHOWN = 100  # addresses and agents that a finding lists


@dataclass(frozen=True)
class _Group:
    rule: Rule
    user: str | None
    app: str | None
    first: datetime | None
    row: Row


def gather(engine: Engine, rules: RuleSet) -> tuple[Finding, ...]:
    """Makes findings of the table `detect_hits`, and the table `hits` (finding, evidence, row).

    The order, and so the ids, depend on times, rules and actors only: not on evidence ids or the order of files.
    """
    engine.run(_steps())
    groups = []
    for row in engine.rows("SELECT * FROM detect_groups"):
        rule = rules.find(str(row[0]))
        if rule is not None and not rule.meta.building_block:
            groups.append(_Group(rule, _text(row[1]), _text(row[2]), _time(row[3]), row))
    groups.sort(key=lambda g: (g.first is None, g.first or datetime.min, g.rule.id, g.user or "", g.app or ""))  # noqa: DTZ901
    findings = tuple(_finding(f"F{number}", group) for number, group in enumerate(groups, start=1))
    shape = {"finding": "VARCHAR", "rule": "VARCHAR", "user": "VARCHAR", "app": "VARCHAR"}
    pairs = zip(findings, groups, strict=True)
    engine.register("detect_findings", shape, ((f.id, f.rule, g.user, g.app) for f, g in pairs))
    engine.run([_hits()])
    return findings


def _steps() -> list[Step]:
    return [
        Step(
            "detect_acts",
            """
            SELECT DISTINCT h.rule, h.evidence, h.row, e.time, e.user, e.app, e.src_ip, e.user_agent
            FROM detect_hits h
            JOIN detect_acting e USING (evidence, row)
            """,
        ),
        Step(
            "detect_groups",
            f"""
            WITH ranked AS (
                SELECT *, row_number() OVER (
                    PARTITION BY rule, user, app
                    ORDER BY time NULLS LAST, length(evidence), evidence, row
                ) AS place
                FROM detect_acts
            )
            SELECT
                rule,
                user,
                app,
                min(time) AS first,
                max(time) AS last,
                count(*) AS count,
                list(DISTINCT src_ip ORDER BY src_ip) FILTER (src_ip IS NOT NULL) AS ips,
                list(DISTINCT user_agent ORDER BY user_agent) FILTER (user_agent IS NOT NULL) AS agents,
                list(evidence || ':' || row ORDER BY place) FILTER (place <= {PROOF}) AS proof
            FROM ranked
            GROUP BY rule, user, app
            """,
        ),
    ]


def _hits() -> Step:
    return Step(
        "hits",
        """
        SELECT DISTINCT f.finding, a.evidence, a.row
        FROM detect_acts a
        JOIN detect_findings f
            ON f.rule = a.rule
            AND f.user IS NOT DISTINCT FROM a.user
            AND f.app IS NOT DISTINCT FROM a.app
        """,
    )


def _finding(number: str, group: _Group) -> Finding:
    _, _, _, first, last, count, ips, agents, proof = group.row
    return Finding(
        id=number,
        rule=group.rule.id,
        title=group.rule.title,
        severity=group.rule.severity,
        confidence=group.rule.meta.confidence,
        phase=group.rule.meta.phase,
        techniques=group.rule.techniques,
        first=_iso(first),
        last=_iso(last),
        count=int(str(count)),
        actor=Actor(group.user, group.app, _texts(ips)[:SHOWN], _texts(agents)[:SHOWN]),
        proof=_texts(proof),
    )


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def _time(value: object) -> datetime | None:
    return value if isinstance(value, datetime) else None


def _iso(value: object) -> str:
    moment = _time(value)
    return "" if moment is None else iso(moment)


def _texts(value: object) -> tuple[str, ...]:
    return tuple(str(one) for one in value) if isinstance(value, Iterable) else ()
