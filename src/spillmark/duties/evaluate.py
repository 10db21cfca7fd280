"""The laws on the facts: who must be told, by when, what is not triggered and why, and what is still to be asked.

Each law answers for itself: a law that fails becomes a visible skip, and a fact that concerns one law moves no date of
another. Only laws that ask whether another authority must be told (`told_elsewhere`) see the answer of the others.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from spillmark.duties.drafts import Case, Draft, Off, drafts, numbered
from spillmark.duties.given import Facts
from spillmark.duties.judgement import View, judge
from spillmark.duties.packs import Pack, in_force
from spillmark.duties.predicates import Atom, Predicate, atoms
from spillmark.duties.terms import asked
from spillmark.duties.truth import Truth, all_of, false, true, unknown
from spillmark.model.duty import Duty, DutyAnswer, NotTriggered, Question
from spillmark.model.evidence import Skip


@dataclass(frozen=True)
class Evaluated:
    """The answer, the laws that could not be evaluated, and notes on the facts."""

    answer: DutyAnswer
    skipped: tuple[Skip, ...] = ()


@dataclass(frozen=True)
class OfPack:
    """What one law gives: duties, or why none; `in_play` false: no given fact brings it into play."""

    drafts: tuple[Draft, ...] = ()
    why_not: tuple[str, ...] = ()
    in_play: bool = True


def evaluate(facts: Facts, packs: Sequence[Pack], now: datetime) -> DutyAnswer:
    """Evaluates law packs on facts; `now` has an offset."""
    return evaluate_all(facts, packs, now).answer


def evaluate_all(facts: Facts, packs: Sequence[Pack], now: datetime) -> Evaluated:
    """Evaluates law packs on facts; a law whose evaluation fails is a skip of the level `failed`, the others go on."""
    found: dict[str, OfPack] = {}
    skipped = [Skip(None, "the facts", note, "note") for note in facts.notes]
    ordered = sorted(packs, key=lambda pack: (asks_elsewhere(pack), pack.id))
    first = {pack.id for pack in ordered if not asks_elsewhere(pack)}
    for pack in ordered:
        elsewhere = _elsewhere(pack, {ident: found[ident] for ident in first if ident in found})
        try:
            found[pack.id] = of_pack(pack, facts, now, elsewhere)
        except Exception as error:  # noqa: BLE001 - one law must not stop the others
            what = f"the law {pack.id}"
            skipped.append(Skip(None, what, f"it could not be evaluated: {error!r}; check its pack", "failed"))
    return Evaluated(_answer(found, facts), tuple(skipped))


def of_pack(pack: Pack, facts: Facts, now: datetime, elsewhere: Truth) -> OfPack:
    """Evaluates one law pack."""
    reach = judge(pack.reach, View(facts))
    if not _in_play(reach, facts):
        return OfPack(in_play=False)
    day = facts.law_day or now.date()
    if not in_force(pack.start, pack.until, day):
        return OfPack(why_not=(f"not in force on {day}",))
    rules = [rule for rule in pack.applies if in_force(rule.start, rule.until, day)]
    applies = all_of((reach, *(judge(rule.predicate, View(facts)) for rule in rules)))
    if applies.value is False:
        return OfPack(why_not=applies.why)
    note = true(f"law of {day}" + ("" if facts.law_day is not None else ": no clock event is given, so that of today"))
    case = Case(pack, facts, day, now, elsewhere, note)
    return _collected(pack, applies, case)


def _collected(pack: Pack, applies: Truth, case: Case) -> OfPack:
    made: list[Draft] = []
    off: list[Off] = []
    for one in drafts(replace(case, reach=Truth(applies.value, (*applies.why, *case.reach.why), applies.missing))):
        if isinstance(one, Draft):
            made.append(one if applies.value else _open(one, applies))
        else:
            off.append(one)
    if not made:
        return OfPack(why_not=_reasons(off, case.facts.role))
    first = made[0]
    told = [one for one in off if one.notice.obliged == first.duty.obliged and not one.nobody]
    others = (f"not due: {one.notice.to}: {'; '.join(one.why)}" for one in told)
    made[0] = replace(first, duty=replace(first.duty, why=(*first.duty.why, *others)))
    return OfPack(tuple(made))


def _open(draft: Draft, applies: Truth) -> Draft:
    """Whether the law applies at all is not known: the duty hangs on that fact."""
    duty = draft.duty
    missing = tuple(dict.fromkeys((*applies.missing, *duty.missing)))
    status = "needs_fact" if duty.status != "met" else duty.status
    return replace(draft, duty=replace(duty, missing=missing, status=status))


def _reasons(off: Sequence[Off], role: str | None) -> tuple[str, ...]:
    ours = [one for one in off if one.notice.obliged == role]
    off = ours or off
    return tuple(dict.fromkeys(why for one in off for why in one.why)) or ("no notice in this law",)


def _in_play(reach: Truth, facts: Facts) -> bool:
    """A law is in play by a fact that is given: one that holds, or one that is stated as unknown."""
    if reach.value is not None:
        return reach.value
    stated = {f"organisation.flags.{name}" for name, value in facts.organisation.flags.items() if value == "unknown"}
    return bool(stated & set(reach.missing))


def asks_elsewhere(pack: Pack) -> bool:
    """Tells whether a pack asks if another authority must be told."""
    conditions: list[Predicate] = [rule.predicate for rule in (*pack.applies, *pack.trigger, *pack.exceptions.values())]
    conditions += [notice.when for notice in pack.notices]
    leaves = [leaf for condition in conditions for leaf in atoms(condition)]
    return any(isinstance(leaf, Atom) and leaf.name == "is" and "told_elsewhere" in leaf.words for leaf in leaves)


def _elsewhere(pack: Pack, found: dict[str, OfPack]) -> Truth:
    if not asks_elsewhere(pack):
        return unknown("told_elsewhere")
    open_facts: list[str] = []
    for ident, one in sorted(found.items()):
        for draft in one.drafts:
            if draft.duty.audience != "authority" or not draft.duty.mandatory:
                continue
            if draft.duty.status != "needs_fact":
                return true(f"an authority must be told under {ident}")
            open_facts += draft.duty.missing
    return unknown(dict.fromkeys(open_facts)) if open_facts else false("no other authority must be told")


def _answer(found: dict[str, OfPack], facts: Facts) -> DutyAnswer:
    made = numbered([draft for ident in sorted(found) for draft in found[ident].drafts])
    duties = tuple(draft.duty for draft in made)
    off = [NotTriggered(ident, one.why_not) for ident, one in sorted(found.items()) if one.in_play and not one.drafts]
    return DutyAnswer(duties, tuple(off), _questions(duties, facts))


def _questions(duties: Sequence[Duty], facts: Facts) -> tuple[Question, ...]:
    hanging: dict[str, list[str]] = {}
    for duty in duties:
        for fact in duty.missing if duty.status != "met" else ():
            hanging.setdefault(fact, []).append(duty.id)
    coarse = {
        row.residence for row in facts.people or () if row.residence in {"EU", "US", "CA", None} and row.count != 0
    }
    if coarse:
        hanging.setdefault("people.residence", [])
    questions = [(fact, asked(fact), tuple(ids)) for fact, ids in hanging.items()]
    ranked = sorted(questions, key=lambda one: (-len(one[2]), one[0]))
    return tuple(Question(fact, question.ask, question.of, ids) for fact, question, ids in ranked)
