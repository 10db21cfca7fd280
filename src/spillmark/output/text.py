"""The case for a terminal, in three depths: the answers and tables; the reasons; the references that prove them.

Evidence never reaches the terminal as it is: control, bidirectional and escape characters are shown as text, and no
text of evidence can begin a line of its own.
"""

import textwrap
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from spillmark.model.case import Case, Sentence
from spillmark.model.duty import Duty
from spillmark.model.finding import TimelineRow
from spillmark.model.scope import TakenObject
from spillmark.output import clocks, inert, mask, page, wording

Depth = Literal[0, 1, 2]
ROWS = 50
TEXT = 1_200
"""Rows of a list and characters of a text that a terminal shows; the rest stands in case.json."""
PROOFS = 12
_BOLD, _DIM, _RED, _PLAIN = "\x1b[1m", "\x1b[2m", "\x1b[31m", "\x1b[0m"


@dataclass(frozen=True)
class _Pen:
    """How lines are written: width in characters, colour or not, and how deep the telling goes."""

    width: int
    colour: bool
    depth: Depth

    def say(self, text: str, *, indent: int = 2, proof: Sequence[str] = ()) -> list[str]:
        """Wraps one sentence, made inert, with its references at depth 2."""
        whole = inert.cut(text, TEXT) + (self._refs(proof) if self.depth == 2 else "")
        shown = inert.defanged(inert.one_line(whole))
        space = " " * indent
        lines = textwrap.wrap(shown, max(self.width, 20), initial_indent=space, subsequent_indent=space + "  ")
        return lines or [space]

    def why(self, text: str, *, indent: int = 4) -> list[str]:
        """Writes a reason, from depth 1 on."""
        return [self.paint(line, _DIM) for line in self.say(text, indent=indent)] if self.depth and text else []

    def title(self, text: str) -> list[str]:
        return ["", self.paint(text, _BOLD)]

    def paint(self, text: str, style: str) -> str:
        return f"{style}{text}{_PLAIN}" if self.colour else text

    def _refs(self, proof: Sequence[str]) -> str:
        once = list(dict.fromkeys(proof))
        if not once:
            return ""
        more = f" and {len(once) - PROOFS:,} more" if len(once) > PROOFS else ""
        return f" [{' '.join(once[:PROOFS])}{more}]"


def render(case: Case, *, depth: Depth = 0, width: int = 100, colour: bool = False) -> str:
    """Writes the case; `width` is in characters, `colour` adds ANSI styles beside the words that say the same."""
    pen = _Pen(width, colour, depth)
    parts = (
        _head(case, pen),
        _answers(case, pen),
        _clocks(case, pen),
        _timeline(case, pen),
        _measured(case, pen),
        _claimed(case, pen),
        _findings(case, pen),
        _weaknesses(case, pen),
        _actions(case, pen),
        _unseen(case, pen),
        _register(case, pen),
    )
    return "\n".join(line for part in parts for line in part) + "\n"


def _head(case: Case, pen: _Pen) -> Iterator[str]:
    yield pen.paint(pen.say(case.title, indent=0)[0].strip(), _BOLD)
    count = wording.count(len(case.evidence), "item")
    yield from pen.say(
        f"Case {case.id}, as of {wording.when(case.built_at)}, {count} of evidence, {case.tool}", indent=0
    )
    yield "TLP:AMBER. Not legal advice."


def _answers(case: Case, pen: _Pen) -> Iterator[str]:
    story = case.story
    for title, sentences, empty in (
        ("What happened", story.what_happened, "Nothing can be said: the evidence shows no act of an intruder."),
        ("Why it matters", story.why_it_matters, "Nothing can be said: no harm follows from what was measured."),
        ("Whose data", story.whose_data, "Nothing can be said: no record was measured as taken."),
        ("What to do now", story.what_to_do, "Nothing is pressing: no duty runs and no action was derived."),
    ):
        yield from pen.title(title)
        yield from _sentences(sentences, empty, pen)
    if case.severity.level:
        score = f", score {wording.number(case.severity.score)}" if case.severity.score is not None else ""
        yield from pen.title("Severity for the persons concerned")
        yield from pen.say(f"{wording.capital(wording.words(case.severity.level))} ({case.severity.method}{score}).")
        for factor in case.severity.factors:
            yield from pen.why(f"{factor.name} {wording.number(factor.value)}: {factor.why}")


def _sentences(sentences: Sequence[Sentence], empty: str, pen: _Pen) -> Iterator[str]:
    for sentence in sentences[:ROWS]:
        yield from pen.say(wording.sentence(sentence.text), proof=sentence.proof)
    yield from _rest(len(sentences))
    if not sentences:
        yield from pen.say(empty)


def _clocks(case: Case, pen: _Pen) -> Iterator[str]:
    duties = page.open_duties(case)
    yield from pen.title("Clocks")
    if not duties:
        yield from pen.say("No duty was derived: the facts given bring no law into play.")
    for duty in duties[:ROWS]:
        yield from _duty(duty, case, pen)
    yield from _rest(len(duties))
    for question in case.questions[:ROWS]:
        whom = f" (ask: {question.of})" if question.of else ""
        yield from pen.say(f"Missing fact: {question.ask}{whom}", proof=question.duties)
    idle = page.idle_laws(case)
    if idle and not pen.depth:
        yield from pen.say(f"{wording.count(len(idle), 'law')} considered and not triggered.")
    for regime, why in idle[: ROWS if pen.depth else 0]:
        yield from pen.say(f"Not triggered: {regime}. {' '.join(why)}")


def _duty(duty: Duty, case: Case, pen: _Pen) -> Iterator[str]:
    said = clocks.due(duty, case.built_at)
    status = wording.STATUSES[duty.status]
    left = f", {said.left}" if said.left else ""
    kind = "" if duty.mandatory else ", voluntary"
    proof = (f"L{duty.regime}", *duty.proof)
    lines = pen.say(f"{duty.id} {status}: tell {duty.to} ({duty.citation}{kind}). Due: {said.utc}{left}.", proof=proof)
    yield from (pen.paint(line, _RED) for line in lines) if duty.status == "overdue" else lines
    if duty.missing:
        yield from pen.say(f"Missing: {', '.join(wording.words(one) for one in duty.missing)}", indent=4)
    started = wording.when(duty.starts.time) if duty.starts.time else "time not known"
    yield from pen.why(f"Clock starts: {wording.words(duty.starts.event)}, {started}.")
    yield from pen.why(f"Counted: {duty.due_basis}." if duty.due_basis else "")
    yield from pen.why(f"In the words of the law: {duty.promptness}." if duty.promptness else "")
    yield from pen.why(" ".join(wording.sentence(why) for why in duty.why))


def _timeline(case: Case, pen: _Pen) -> Iterator[str]:
    yield from pen.title("Timeline (UTC)")
    moments = page.moments(case)
    if not moments:
        known = "No act of an intruder was found in the evidence." if case.evidence else "No evidence to check."
        yield from pen.say(known)
    for row in moments[:ROWS]:
        if isinstance(row, TimelineRow):
            number = f" ({wording.count(row.rows, 'row')})" if row.rows is not None else ""
            act = f"{wording.when(row.time)}  {wording.PHASES[row.phase]}: {wording.sentence(row.act)}{number}"
            yield from pen.say(act, proof=(*row.findings, *row.proof))
            yield from pen.why(f"By {row.actor}.")
        else:
            silent = wording.span(row.gap.start, row.gap.end)
            yield from pen.say(f"{silent}  Gap in logs of {wording.words(row.source)}: {row.gap.why}", proof=row.proof)
    yield from _rest(len(moments))


def _measured(case: Case, pen: _Pen) -> Iterator[str]:
    scope, people = case.scope, case.scope.people
    yield from pen.title("Exposure, measured")
    if not scope.objects:
        yield from pen.say("No record was measured as taken.")
    for taken in scope.objects[:ROWS]:
        yield from _object(taken, pen)
    yield from _rest(len(scope.objects))
    if people.certain or people.possible:
        yield from pen.say(f"People: {people.certain:,} certain, {people.possible:,} possible.")
        for row in page.regions(people)[:ROWS]:
            yield from pen.say(f"{row.name} ({row.code}): {wording.of(row.people, row.whole)}", indent=4)
        for kind in page.classes(case)[:ROWS] if pen.depth else ():
            people_said = "not counted" if kind.people is None else wording.count(kind.people, "person", "people")
            yield from pen.say(f"{wording.capital(kind.name)}: {people_said}", indent=4)
    for one in scope.not_taken[:ROWS]:
        yield from pen.say(f"{wording.sentence(one.what)} {wording.sentence(one.why)}", proof=one.proof)
        yield from pen.why(f"This holds if: {'; '.join(one.holds_if)}." if one.holds_if else "")
    yield from pen.say(f"The upper bound is {scope.upper}. {' '.join(scope.why_open[:ROWS])}")


def _object(taken: TakenObject, pen: _Pen) -> Iterator[str]:
    records = taken.records
    logged = f"{wording.number(records.logged)} logged, {wording.number(records.unseen)} unseen"
    yield from pen.say(f"{taken.object}: {records.certain:,} certain, {records.possible:,} possible, {logged}.")
    yield from pen.why(f"Fields: {', '.join(taken.fields)}.")
    for query in taken.queries[: ROWS if pen.depth else 0]:
        text = mask.query(query.text[:TEXT])
        counts = f"logged {wording.number(query.rows_logged)}, replayed {wording.number(query.rows_replayed)}"
        yield from pen.say(f"{wording.when(query.time)}: {text}", indent=4, proof=query.proof)
        yield from pen.why(f"Rows {counts}. {' '.join(wording.sentence(one) for one in query.explained)}", indent=6)


def _claimed(case: Case, pen: _Pen) -> Iterator[str]:
    claims = page.claimed(case)
    yield from pen.title("Exposure, claimed by reports (not measured)")
    if not claims:
        yield from pen.say("No claims to show." if case.reports else "No claims to show: no reports were given.")
    for claim in claims[:ROWS]:
        yield from pen.say(f"{claim.incident}: {claim.about}: {claim.says}; said by {claim.by}", proof=claim.proof)
    yield from _rest(len(claims))
    yield from pen.title("Claimed against measured")
    if not case.conflicts:
        yield from pen.say("No conflict was found.")
    for one in case.conflicts[:ROWS]:
        said, measured = wording.sentence(one.says), wording.sentence(one.measured)
        yield from pen.say(f"{wording.sentence(one.statement)} Claimed: {said} Measured: {measured}", proof=one.proof)


def _findings(case: Case, pen: _Pen) -> Iterator[str]:
    yield from pen.title("Findings by rule")
    if not case.findings:
        known = "No rule matched. That is no proof that nothing happened." if case.evidence else "No evidence to check."
        yield from pen.say(known)
    groups = page.by_rule(case.findings, ROWS)
    for group in groups[:ROWS]:
        counts = f"{wording.count(group.total, 'finding')}, {wording.count(group.events, 'event')}"
        span = wording.span(group.first, group.last)
        lines = pen.say(f"{wording.capital(group.severity)}: {group.title} ({group.rule}). {counts}, {span}.")
        yield from (pen.paint(line, _RED) for line in lines) if group.severity in {"critical", "high"} else lines
        for one in group.findings if pen.depth else ():
            who = ", ".join(part for part in (one.actor.user, one.actor.app, *one.actor.ips[:3]) if part)
            yield from pen.say(f"{one.id}: {who}; confidence {one.confidence}", indent=4, proof=one.proof)
    yield from _rest(len(groups))


def _weaknesses(case: Case, pen: _Pen) -> Iterator[str]:
    yield from pen.title("Weaknesses")
    if not case.weaknesses:
        yield from pen.say("No evidence to check: no settings were given.")
    for one in page.weaknesses(case.weaknesses)[:ROWS]:
        yield from pen.say(
            f"{wording.VERDICTS[one.verdict]}: {one.title} ({one.check}). {wording.sentence(one.says)}", proof=one.proof
        )
        yield from pen.why(f"Change: {one.fix}")
    yield from _rest(len(case.weaknesses))


def _actions(case: Case, pen: _Pen) -> Iterator[str]:
    yield from pen.title("Actions")
    if not case.actions:
        yield from pen.say("No action was derived.")
    for title, group in page.actions(case, ROWS):
        for one in group:
            yield from pen.say(f"{title}: {one.id} {one.what}", proof=one.proof)
            owner = f"Owner: {one.owner or 'to be named'}."
            yield from pen.why(f"{wording.sentence(one.why)} {owner} Verify: {wording.sentence(one.verify)}")
    yield from _rest(len(case.actions))


def _unseen(case: Case, pen: _Pen) -> Iterator[str]:
    yield from pen.title("What we could not see")
    if not case.skipped:
        yield from pen.say("Everything that was given was read, and every rule and law was evaluated.")
    for skip in page.skips(case.skipped)[:ROWS]:
        proof = (skip.evidence,) if skip.evidence else ()
        yield from pen.say(f"{wording.LEVELS[skip.level]}: {skip.what}: {wording.sentence(skip.why)}", proof=proof)
    yield from _rest(len(case.skipped))
    for source in page.measured_sources(case.coverage)[:ROWS]:
        end = f"; deleted by the platform on {wording.when(source.retention_ends)}" if source.retention_ends else ""
        spell = f"{wording.when(source.start)} to {wording.when(source.end)}"
        gaps = wording.count(len(source.gaps), "gap")
        yield from pen.say(
            f"{wording.capital(wording.words(source.source))}: {spell}, {gaps}{end}.", proof=source.proof
        )
    for one in case.scope.requests[:ROWS]:
        before = f" before {wording.when(one.before)}" if one.before else ""
        yield from pen.say(f"Ask {one.of}{before}: {one.ask}", proof=one.proof)
        yield from pen.why(one.why)


def _register(case: Case, pen: _Pen) -> Iterator[str]:
    if not pen.depth:
        return
    yield from pen.title("Evidence")
    for one in case.evidence[:ROWS]:
        rows = "" if one.rows is None else f", {wording.count(one.rows, 'record')}"
        yield from pen.say(f"{one.id} {one.path} ({wording.words(one.kind)}{rows}), SHA-256 {one.sha256}")
    yield from _rest(len(case.evidence))
    yield from pen.say(f"Log head {case.log_head}; content {case.content.sha256}")


def _rest(total: int) -> Iterable[str]:
    return [f"  {wording.of(ROWS, total)} shown, full list in case.json."] if total > ROWS else []
