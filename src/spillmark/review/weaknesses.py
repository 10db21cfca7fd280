"""The review of one case: every check on every settings file, with the line that decides it."""

from collections.abc import Sequence
from dataclasses import dataclass

from spillmark.errors import SpillmarkError
from spillmark.evidence.item import Item
from spillmark.model.case import Weakness
from spillmark.model.evidence import Skip
from spillmark.review.checks import Check, Outcome, evaluate, load_checks
from spillmark.review.settings import Setting, read_settings

KINDS = {"salesforce.settings", "settings"}
PROOFS = 6


@dataclass(frozen=True)
class Reviewed:
    """Verdicts on all checks of the platforms whose settings were given, and what could not be read."""

    weaknesses: tuple[Weakness, ...]
    skipped: tuple[Skip, ...]


def review(items: Sequence[Item]) -> Reviewed:
    """Runs the checks; without any settings file there is nothing to check and nothing is said."""
    settings: list[Setting] = []
    skipped: list[Skip] = []
    for item in items:
        if item.evidence.kind in KINDS:
            try:
                settings += read_settings(item.evidence.id, item.local)
            except (SpillmarkError, OSError) as error:
                skipped.append(Skip(item.evidence.id, item.evidence.path, str(error), "unread"))
            except Exception as fault:  # noqa: BLE001 - one file must not stop the others
                why = f"its settings could not be read: {type(fault).__name__}"
                skipped.append(Skip(item.evidence.id, item.evidence.path, why, "unread"))
    if not settings:
        return Reviewed((), tuple(skipped))
    verdicts = tuple(_verdict(check, settings, skipped) for check in load_checks())
    return Reviewed(tuple(v for v in verdicts if v is not None), tuple(skipped))


def _verdict(check: Check, settings: Sequence[Setting], skipped: list[Skip]) -> Weakness | None:
    try:
        outcome = evaluate(check, settings)
    except Exception as fault:  # noqa: BLE001 - one check must not stop the others
        skipped.append(Skip(None, f"check {check.id}", f"{type(fault).__name__}: {fault}", "failed"))
        return None
    return _weakness(check, outcome)


def _weakness(check: Check, outcome: Outcome) -> Weakness:
    shown = "; ".join(f"{'.'.join(one.path)} = {one.value}" for one in outcome.settings[:PROOFS])
    says = {
        "found": f"{check.says} ({shown})",
        "not_found": f"{check.title}: closed ({shown})",
        "no_evidence": "No evidence to check: the setting was not in what was given.",
    }[outcome.verdict]
    return Weakness(
        check=check.id,
        title=check.title,
        verdict=outcome.verdict,
        severity=check.severity,
        says=says,
        fix=check.fix,
        proof=tuple(f"{one.evidence}:{one.line}" for one in outcome.settings[:PROOFS]),
    )
