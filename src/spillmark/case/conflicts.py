"""Public statements about our own incident against what the evidence shows; claimed and measured meet only here.

Figures are compared only for a theft from us (or through us): what is said of another house's loss, or of all
customers of a vendor, cannot contradict our count. A vendor's denial of a data class is compared too.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from spillmark.case.ours import is_provider, is_vendor, is_victim
from spillmark.clock import parse_date
from spillmark.model.case import Conflict
from spillmark.model.org import Org
from spillmark.model.report import Affected, Incident, Statement
from spillmark.model.scope import Scope, TakenObject

PLACES = 8


@dataclass(frozen=True)
class Measure:
    """What the evidence shows, reduced to what a statement can contradict; `proof` is what it rests on."""

    scope: Scope
    began: str | None  # date of the first act by which records left
    proof: tuple[str, ...]

    @property
    def empty(self) -> bool:
        """Nothing was measured, so nothing can be contradicted."""
        return not self.scope.objects


def conflicts(incidents: Iterable[Incident], measure: Measure, org: Org) -> tuple[Conflict, ...]:
    """Gives every contradiction between a report about our incident and the evidence."""
    if measure.empty:
        return ()
    found: list[Conflict] = []
    for incident in incidents:
        if is_victim(incident, org) or is_provider(incident, org):
            found += [*_figures(incident, measure), *_denials(incident, measure), *_dates(incident, measure)]
        elif is_vendor(incident, org):
            found += _denials(incident, measure)
    return tuple(dict.fromkeys(found))


def _figures(incident: Incident, measure: Measure) -> Iterator[Conflict]:
    for stated in incident.affected:
        if stated.value is None or stated.scope or stated.joint_with:
            continue
        low, high, what = _measured(stated, measure.scope)
        if low is None:
            continue
        if _too_low(stated, low) or (high is not None and _too_high(stated, high)):
            upper = f"and at most {high:,}" if high is not None else "with an open upper bound"
            yield Conflict(
                statement=f"{incident.title}: how many were affected",
                says=f"{_bound(stated)} {stated.value:,} {stated.unit}{_source(stated)}",
                measured=f"at least {low:,} {what} (proven) {upper}",
                proof=(*_places(incident, "affected", stated.value), *measure.proof),
            )


def _measured(stated: Affected, scope: Scope) -> tuple[int | None, int | None, str]:
    bounded = scope.upper == "bounded"
    if stated.unit in {"people", "accounts"}:
        people = scope.people
        if not people.certain + people.possible:
            return None, None, ""
        return people.certain, people.certain + people.possible if bounded else None, "people"
    if stated.unit == "records":
        low = sum(taken.records.certain for taken in scope.objects)
        high = sum(_upper(taken) for taken in scope.objects)
        return low, high if bounded else None, "records"
    return None, None, ""


def _upper(taken: TakenObject) -> int:
    return taken.records.certain + taken.records.possible + (taken.records.unseen or 0)


def _too_low(stated: Affected, proven: int) -> bool:
    # "at least" and "some" are not contradicted by more; "about" allows a tenth.
    slack = 1.1 if stated.bound == "about" else 1.0
    return stated.bound in {"exact", "about", "at_most"} and (stated.value or 0) * slack < proven


def _too_high(stated: Affected, upper: int) -> bool:
    slack = 0.9 if stated.bound == "about" else 1.0
    return stated.bound in {"exact", "about", "at_least"} and (stated.value or 0) * slack > upper


def _denials(incident: Incident, measure: Measure) -> Iterator[Conflict]:
    for name in incident.data_not_taken:
        objects = [taken for taken in measure.scope.objects if name in taken.data_classes and _upper(taken)]
        if not objects:
            continue
        where = ", ".join(f"{taken.object} ({_counted(taken)})" for taken in objects)
        yield Conflict(
            statement=f"{incident.title}: {name.replace('_', ' ')}",
            says=f"{name.replace('_', ' ')} was not taken",
            measured=f"fields of this class left with records of {where}",
            proof=(
                *_places(incident, "data_not_taken", name),
                *(p for t in objects for q in t.queries for p in q.proof),
            )[:PLACES],
        )


def _counted(taken: TakenObject) -> str:
    return f"{taken.records.certain:,} certain, {taken.records.possible:,} possible"


def _dates(incident: Incident, measure: Measure) -> Iterator[Conflict]:
    stated = incident.dates.began
    if stated is None or measure.began is None or measure.began.startswith(stated):
        return
    try:
        later = stated > measure.began[: len(stated)]
        days = abs((parse_date(stated) - parse_date(measure.began)).days) if len(stated) == 10 else None
    except ValueError:
        return
    if days == 0:
        return
    yield Conflict(
        statement=f"{incident.title}: when it began",
        says=f"it began on {stated}",
        measured=f"the first record content left on {measure.began}, {'before' if later else 'after'} that",
        proof=(*_places(incident, "dates", stated), *measure.proof),
    )


def _bound(stated: Affected) -> str:
    return {"exact": "exactly", "about": "about", "at_least": "at least", "at_most": "at most"}.get(stated.bound, "")


def _source(stated: Affected) -> str:
    return f" (as the {stated.source} says)" if stated.source else ""


def _places(incident: Incident, field: str, value: object) -> tuple[str, ...]:
    exact = [s for s in incident.statements if _about(s, field) and _holds(s.value, value)]
    named = exact or [s for s in incident.statements if _about(s, field)]
    return tuple(dict.fromkeys(f"{s.report}:{s.start}-{s.end}" for s in named))[:PLACES]


def _about(statement: Statement, field: str) -> bool:
    return statement.field.split(".")[0] == field


def _holds(stated: object, value: object) -> bool:
    return stated == value or (isinstance(stated, dict) and value in stated.values())
