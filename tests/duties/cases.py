"""How the tests of the duties room ask and read an answer."""

from datetime import datetime

from spillmark.duties.evaluate import evaluate
from spillmark.duties.facts import load_facts
from spillmark.duties.packs import Pack, load_packs
from spillmark.model.duty import Duty, DutyAnswer

NOW = "2025-03-05T12:00:00+00:00"


def answer(facts: str, now: str = NOW, packs: tuple[Pack, ...] | None = None) -> DutyAnswer:
    """Evaluates all law packs, or some, on a facts file."""
    return evaluate(load_facts(facts, "facts.yaml"), packs or load_packs(), datetime.fromisoformat(now))


def of(found: DutyAnswer, regime: str, audience: str | None = None) -> list[Duty]:
    """The duties of a regime, to one audience or to all."""
    return [duty for duty in found.duties if duty.regime == regime and audience in {None, duty.audience}]


def one(found: DutyAnswer, regime: str, audience: str) -> Duty:
    """The one duty of a regime to an audience."""
    (duty,) = of(found, regime, audience)
    return duty


def off(found: DutyAnswer, regime: str) -> str:
    """Why a regime is not triggered."""
    (why,) = [entry.why for entry in found.not_triggered if entry.regime == regime]
    return "; ".join(why)


def shown(found: DutyAnswer) -> set[str]:
    """All regimes that the answer speaks of."""
    return {duty.regime for duty in found.duties} | {entry.regime for entry in found.not_triggered}
