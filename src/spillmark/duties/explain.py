"""A law explained: what it asks of whom, from which source, and how sure that is."""

from spillmark.duties.packs import Limit, Notice, Pack, load_packs
from spillmark.model.content import Explanation

UNITS = {"hours": "hours", "calendar_days": "calendar days", "business_days": "business days", "months": "months"}


def explain(ident: str) -> Explanation | None:
    """Explains a regime by its id, with or without the L of a reference."""
    for pack in load_packs():
        if ident in {pack.id, f"L{pack.id}"}:
            return Explanation(pack.id, "law", pack.title, _text(pack), _facts(pack))
    return None


def _text(pack: Pack) -> tuple[str, ...]:
    lines = [f"Obliged: {pack.obliged}."]
    lines += [_notice(notice) for notice in pack.notices]
    lines += [
        f"Exception {name.replace('_', ' ')}: {rule.cite or pack.citation}." for name, rule in pack.exceptions.items()
    ]
    return (*lines, *pack.notes)


def _notice(notice: Notice) -> str:
    number = "" if notice.threshold is None else f", where {notice.threshold.op} {notice.threshold.count:,} persons"
    kind = "" if notice.mandatory else " (voluntary)"
    limits = "; ".join(_limit(limit) for limit in notice.limits)
    order = f"; order: {notice.order}" if notice.order else ""
    return (
        f"{notice.obliged.capitalize()} to {notice.to}{kind}{number}: {limits}{order} [{notice.cite or 'see citation'}]"
    )


def _limit(limit: Limit) -> str:
    days = [f"from {limit.start}" if limit.start else "", f"until {limit.until}" if limit.until else ""]
    law = " ".join(day for day in days if day)
    if limit.value is None or limit.unit is None:
        words = f"{limit.promptness}, from {limit.event.replace('_', ' ')}"
    else:
        words = f"{limit.value} {UNITS[limit.unit]} from {limit.event.replace('_', ' ')}"
    return f"{words} ({law})" if law else words


def _facts(pack: Pack) -> tuple[tuple[str, str], ...]:
    sure = pack.confidence
    letters = pack.letters
    found = (
        ("jurisdiction", pack.jurisdiction),
        ("kind", pack.kind),
        ("instrument", pack.instrument),
        ("citation", pack.citation),
        ("source", pack.source),
        ("checked on", pack.checked_on.isoformat()),
        ("confidence", sure.level),
        ("verified", ", ".join(sure.verified)),
        ("unsure", "; ".join(sure.unsure)),
        ("languages", letters.languages or ""),
        ("substitute notice", letters.substitute or ""),
        ("services to offer", letters.services or ""),
        ("version", str(pack.version)),
        ("tests", str(len(pack.tests))),
    )
    return tuple((name, value) for name, value in found if value)
