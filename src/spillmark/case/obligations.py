"""Whom to tell by when: measured facts, the org file and said facts, evaluated by the law packs."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from spillmark.case.given import Given, text_of
from spillmark.case.timeline import Deed
from spillmark.duties.evaluate import evaluate_all
from spillmark.duties.facts import Circumstances, Facts, Residents, load_facts, merge
from spillmark.duties.moments import Moment, of_instant
from spillmark.duties.packs import load_packs
from spillmark.engine.interface import Engine
from spillmark.errors import ContentError
from spillmark.evidence.org import load_org
from spillmark.model.duty import Duty, DutyAnswer
from spillmark.model.evidence import Skip
from spillmark.model.scope import Scope

PROOFS = 6
# Federal states whose parts have breach laws or authorities of their own; elsewhere the country is the residence.
BY_PART = ("US", "CA", "DE", "AU", "MX", "AE")
RESIDENTS = f"""
SELECT
    CASE WHEN country IN {BY_PART} THEN coalesce(region, country) ELSE country END AS residence,
    list_sort(data_classes) AS classes,
    count(*) AS persons,
    count(*) FILTER (minor) AS minors
FROM people
GROUP BY ALL
ORDER BY ALL
"""


@dataclass(frozen=True)
class Obliged:
    """The answer of the law packs, and which of them could not be evaluated."""

    answer: DutyAnswer
    skipped: tuple[Skip, ...]


def from_files(facts: Path, org: Path | None, now: datetime) -> Obliged:
    """Evaluates a facts file alone, with the org file where one is given.

    Raises:
        EvidenceError: a file is wrong, with every fault named.
    """
    said = load_facts(text_of(facts, facts.name), facts.name)
    known = load_org(text_of(org, org.name), org.name) if org is not None else None
    return _evaluated(merge(Facts(), known, said), now)


def from_case(
    engine: Engine, given: Given, scope: Scope, first: Deed | None, findings: Sequence[str], now: datetime
) -> Obliged:
    """Evaluates a case: whose data left and when is measured; the clocks and the harm are what people said.

    Without a theft in the evidence the facts file alone counts; without either there is nothing to derive.
    """
    measured = _measured(engine, scope, first)
    if measured is None and given.facts_id is None:
        return Obliged(DutyAnswer(), ())
    obliged = _evaluated(merge(measured or Facts(), given.org, given.facts), now)
    proven = tuple(_proven(duty, given, first, findings) for duty in obliged.answer.duties)
    return replace(obliged, answer=replace(obliged.answer, duties=proven))


def _evaluated(facts: Facts, now: datetime) -> Obliged:
    try:
        packs = load_packs()
    except ContentError as error:
        return Obliged(DutyAnswer(), (Skip(None, "laws", str(error), "failed"),))
    evaluated = evaluate_all(facts, packs, now)
    return Obliged(evaluated.answer, evaluated.skipped)


def _measured(engine: Engine, scope: Scope, first: Deed | None) -> Facts | None:
    if first is None:
        return None
    kind = "access_and_acquisition" if scope.objects else "access"
    clock: dict[str, Moment] = {"occurrence": of_instant(first.time.replace(tzinfo=UTC))}
    people = None
    if engine.exists("people") and scope.people.certain + scope.people.possible:
        people = tuple(
            Residents(
                residence=None if place is None else str(place),
                count=int(str(persons)),
                data_classes=tuple(str(name) for name in classes or ()),  # type: ignore[attr-defined]
                minors=int(str(minors)),
            )
            for place, classes, persons, minors in engine.rows(RESIDENTS)
        )
    return Facts(incident=Circumstances(kind=kind, malicious=True), clock=clock, people=people)


def _proven(duty: Duty, given: Given, first: Deed | None, findings: Sequence[str]) -> Duty:
    proof: list[str] = []
    line = _line(given.facts_text, duty.starts.event)
    if given.facts_id is not None and line is not None:
        proof.append(f"{given.facts_id}:{line}")
    elif duty.starts.event == "occurrence" and first is not None:
        proof += first.proof[:1]
    return replace(duty, proof=(*proof, *findings[: PROOFS - len(proof)], f"L{duty.regime}"))


def _line(text: str, event: str) -> int | None:
    for part in (event, *re.split(r"_(?:or|and)_", event)):
        for number, line in enumerate(text.splitlines(), start=1):
            if re.match(rf"\s*{re.escape(part)}\s*:", line):
                return number
    return None
