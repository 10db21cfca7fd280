"""Where the reports of one incident disagree, field by field."""

from collections.abc import Iterator, Sequence

from spillmark.model.report import ConflictValue, Incident, Json, ReportConflict
from spillmark.reading.accounts import Account
from spillmark.reading.facts import Fact
from spillmark.reading.order import place_of

_DATE_FIELDS = ("dates.began", "dates.ended", "dates.detected", "dates.disclosed")


def conflicts_of(incident: Incident, kept: Sequence[tuple[Account, Fact]]) -> tuple[ReportConflict, ...]:
    """Gives the conflicts in the order of the incident's fields; a less exact or rounded value is no conflict."""
    if len(incident.reports) < 2:
        return ()
    return (*_figures(kept), *_classes(kept), *_vectors(kept), *_dates(kept), *_leaks(kept))


def _by_report(kept: Sequence[tuple[Account, Fact]], field: str) -> dict[str, list[Json]]:
    found: dict[str, list[Json]] = {}
    for account, fact in kept:
        if fact.field == field and fact.value is not None:
            values = found.setdefault(account.report.id, [])
            if fact.value not in values:
                values.append(fact.value)
    return {report: found[report] for report in sorted(found, key=place_of)}


def _figures(kept: Sequence[tuple[Account, Fact]]) -> Iterator[ReportConflict]:
    """Compares the largest figure of people that each report gives for the whole."""
    tops: dict[str, dict[str, Json]] = {}
    for account, fact in kept:
        value = fact.value
        if (
            fact.field != "affected"
            or not isinstance(value, dict)
            or fact.scope is not None
            or not isinstance(value.get("value"), int)
        ):
            continue
        here = tops.get(account.report.id)
        if here is None or int(str(value["value"])) > int(str(here["value"])):
            tops[account.report.id] = value
    numbers = [int(str(each["value"])) for each in tops.values()]
    if len(numbers) > 1 and max(numbers) - min(numbers) > 0.015 * max(numbers):
        yield ReportConflict("affected", tuple(ConflictValue(tops[each], each) for each in sorted(tops, key=place_of)))


def _classes(kept: Sequence[tuple[Account, Fact]]) -> Iterator[ReportConflict]:
    taken, denied = _by_report(kept, "data_taken"), _by_report(kept, "data_not_taken")
    names = sorted(
        {str(each) for values in taken.values() for each in values}
        & {str(each) for values in denied.values() for each in values}
    )
    for name in names:
        yes = [report for report, values in taken.items() if name in values]
        no = [report for report, values in denied.items() if name in values and report not in yes]
        if no:
            values = [ConflictValue(value=True, report=report) for report in yes] + [
                ConflictValue(value=False, report=report) for report in no
            ]
            yield ReportConflict(f"data_taken.{name}", tuple(values))


def _vectors(kept: Sequence[tuple[Account, Fact]]) -> Iterator[ReportConflict]:
    found = _by_report(kept, "vectors")
    sets = {report: {str(each) for each in values} for report, values in found.items()}
    if len(sets) > 1 and not set.intersection(*sets.values()):
        yield ReportConflict("vectors", tuple(ConflictValue(values[0], report) for report, values in found.items()))


def _dates(kept: Sequence[tuple[Account, Fact]]) -> Iterator[ReportConflict]:
    for field in _DATE_FIELDS:
        firsts = {report: str(values[0]) for report, values in _by_report(kept, field).items()}
        texts = sorted(set(firsts.values()), key=len)
        if len(texts) > 1 and any(not texts[-1].startswith(each) for each in texts):
            yield ReportConflict(field, tuple(ConflictValue(value, report) for report, value in firsts.items()))


def _leaks(kept: Sequence[tuple[Account, Fact]]) -> Iterator[ReportConflict]:
    for field in ("extortion.demanded", "extortion.leaked"):
        found = {report: True in values for report, values in _by_report(kept, field).items()}
        if len(set(found.values())) > 1:
            yield ReportConflict(field, tuple(ConflictValue(value, report) for report, value in found.items()))
