"""Views of what reports say."""

from typing import Literal

import orjson
from pydantic import TypeAdapter

from spillmark.model.report import Incident, Reading, Statement
from spillmark.output import inert
from spillmark.output.inert import one_line
from spillmark.output.wording import BOUNDS, words

QUOTE = 160


def json(reading: Reading) -> str:
    """Writes the reading in the shape of the reading contract."""
    document = TypeAdapter(Reading).dump_python(reading, mode="json", by_alias=True)
    return orjson.dumps(document, option=orjson.OPT_INDENT_2).decode() + "\n"


def text(reading: Reading, *, quotes: Literal["none", "all"] = "none") -> str:
    """Writes the reading for a terminal: each incident in a few lines, then the campaigns."""
    if not reading.incidents:
        return f"{len(reading.reports)} reports read, no incident found.\n"
    lines = [f"{len(reading.reports)} reports, {len(reading.incidents)} incidents (claimed, not measured)", ""]
    for incident in reading.incidents:
        lines += _incident(incident)
        if quotes == "all":
            lines += [_quote(said) for said in incident.statements]
        lines.append("")
    for campaign in reading.campaigns:
        members = ", ".join(campaign.incidents)
        lines.append(f"Campaign {one_line(campaign.name)}: {members}")
        lines += [f"  joined by {one_line(why)}" for why in campaign.why]
    return inert.lines(lines).rstrip() + "\n"


def _incident(incident: Incident) -> list[str]:
    figures = [_figure(incident, number) for number in range(len(incident.affected))]
    dates = incident.dates
    rows = (
        ("through", ", ".join(f"{party.name or 'unnamed'} ({party.role})" for party in incident.third_parties)),
        ("by", ", ".join(f"{actor.name} ({actor.attribution})" for actor in incident.actors)),
        ("affected", "; ".join(figures)),
        ("taken", ", ".join(words(name) for name in incident.data_taken)),
        ("not taken", ", ".join(words(name) for name in incident.data_not_taken)),
        ("how", ", ".join(words(name) for name in incident.vectors)),
        ("techniques", ", ".join(incident.techniques)),
        ("began", dates.began or ""),
        ("detected", dates.detected or ""),
        ("authorities", ", ".join(f"{one.name} ({one.status})" for one in incident.authorities)),
        ("risks", ", ".join(words(one.risk) for one in incident.why_it_matters)),
        ("reports", ", ".join(incident.reports)),
    )
    named = [f"  {name:<11} {one_line(value)}" for name, value in rows if value]
    clash = [
        f"  reports differ on {words(one.field)}: "
        + "; ".join(f"{v.report} says {one_line(str(v.value))}" for v in one.values)
        for one in incident.conflicts
    ]
    return [f"{incident.id}: {one_line(incident.title)}", *named, *clash]


def _figure(incident: Incident, number: int) -> str:
    stated = incident.affected[number]
    share = f" of {stated.of:,}" if stated.of is not None else ""
    value = f"{stated.value:,}" if stated.value is not None else ""
    joint = f" (joint with {', '.join(stated.joint_with)})" if stated.joint_with else ""
    return f"{BOUNDS[stated.bound].format(value)}{share} {stated.unit}{joint}"


def _quote(said: Statement) -> str:
    quote = said.quote if len(said.quote) <= QUOTE else said.quote[:QUOTE] + " ..."
    return f'    {said.field}: "{one_line(quote)}" [{said.report}:{said.start}-{said.end}]'
