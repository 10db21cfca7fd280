"""Views of an answer of the law packs: who must be told, by when, what is still missing."""

import orjson
from pydantic import TypeAdapter

from spillmark.model.duty import Duty, DutyAnswer
from spillmark.output import inert
from spillmark.output.inert import one_line
from spillmark.output.wording import STATUSES

NOT_ADVICE = "Not legal advice: confirm each duty with counsel against the official text."


def json(answer: DutyAnswer) -> str:
    """Writes the answer in the shape of the duties contract."""
    document = TypeAdapter(DutyAnswer).dump_python(answer, mode="json", by_alias=True)
    return orjson.dumps(document, option=orjson.OPT_INDENT_2).decode() + "\n"


def text(answer: DutyAnswer) -> str:
    """Writes the answer for a terminal: duties by due time, questions, then what is not triggered and why."""
    lines = [f"{len(answer.duties)} duties", ""] if answer.duties else ["No duty follows from these facts.", ""]
    for duty in sorted(answer.duties, key=lambda one: (one.due or "~", one.id)):
        lines += _duty(duty)
    if answer.questions:
        lines.append("Open questions")
        for question in answer.questions:
            whom = f" (ask {one_line(question.of)})" if question.of else ""
            lines.append(f"  {one_line(question.ask)}{whom}: {one_line(question.fact)}; {', '.join(question.duties)}")
        lines.append("")
    if answer.not_triggered:
        lines.append("Not triggered")
        lines += [f"  {one.regime}: {'; '.join(one_line(why) for why in one.why)}" for one in answer.not_triggered]
        lines.append("")
    return inert.lines([*lines, NOT_ADVICE]) + "\n"


def _duty(duty: Duty) -> list[str]:
    kind = "" if duty.mandatory else " (voluntary)"
    lines = [f"{duty.id}  {STATUSES[duty.status]}: tell {one_line(duty.to)}{kind}"]
    if duty.due:
        lines.append(f"    by {duty.due}  [{one_line(duty.due_basis or '')}]")
    if duty.promptness:
        lines.append(f"    promptness: {one_line(duty.promptness)}")
    started = duty.starts.time or "not started: the time is unknown"
    lines.append(f"    runs from {duty.starts.event.replace('_', ' ')}: {started}")
    if duty.order:
        lines.append(f"    order: {one_line(duty.order)}")
    lines += [f"    also tenable: {other.due}  [{one_line(other.basis)}]" for other in duty.alternatives]
    if duty.missing:
        lines.append(f"    missing: {', '.join(one_line(fact) for fact in duty.missing)}")
    lines += [f"    because {one_line(why)}" for why in duty.why]
    lines += [f"    {duty.regime}: {one_line(duty.citation)} ({one_line(duty.confidence)})", ""]
    return lines
