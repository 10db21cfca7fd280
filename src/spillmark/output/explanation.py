"""Views of explanations and content checks."""

from collections.abc import Sequence
from textwrap import wrap

import orjson
from pydantic import TypeAdapter

from spillmark.model.content import Checked, Explanation
from spillmark.output import inert
from spillmark.output.inert import one_line

WIDTH = 96


def text(found: Explanation) -> str:
    """Writes an explanation for a terminal."""
    lines = [f"{one_line(found.id)} ({found.kind}): {one_line(found.title)}", ""]
    for paragraph in found.text:
        lines += wrap(one_line(paragraph), WIDTH, initial_indent="  ", subsequent_indent="  ")
    lines.append("")
    wide = max((len(name) for name, _ in found.facts), default=0)
    lines += [f"  {name:<{wide}}  {one_line(value)}" for name, value in found.facts if value]
    return inert.lines(lines).rstrip() + "\n"


def json(found: Explanation) -> str:
    """Writes an explanation as JSON."""
    return orjson.dumps(TypeAdapter(Explanation).dump_python(found, mode="json"), option=orjson.OPT_INDENT_2).decode()


def every_json(name: str, found: Sequence[Explanation]) -> str:
    """Writes several explanations as one JSON object, under a name."""
    every = TypeAdapter(tuple[Explanation, ...]).dump_python(tuple(found), mode="json")
    return orjson.dumps({name: every}, option=orjson.OPT_INDENT_2).decode()


def lint_text(checked: Checked) -> str:
    """Writes the result of a content check for a terminal: what was checked, then every problem."""
    counted = ", ".join(f"{count} {kind}" for kind, count in checked.counts)
    lines = [f"checked {counted}"]
    lines += [
        f"{one_line(one.place)}: {one_line(one.what)}" + (f" ({one_line(one.hint)})" if one.hint else "")
        for one in checked.problems
    ]
    lines.append(f"{len(checked.problems)} problems" if checked.problems else "no problem found")
    return inert.lines(lines) + "\n"


def lint_json(checked: Checked) -> str:
    """Writes the result of a content check as JSON."""
    return orjson.dumps(TypeAdapter(Checked).dump_python(checked, mode="json"), option=orjson.OPT_INDENT_2).decode()
