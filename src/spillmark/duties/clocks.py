"""Clock events: reading them from a file, and when the clock of a law starts. Nothing stands in for a missing event."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import reduce

from spillmark.duties import moments
from spillmark.duties.moments import Moment
from spillmark.duties.terms import events
from spillmark.evidence.border import did_you_mean

Clock = Mapping[str, Moment]
KEY = "key_compromise_known"


@dataclass(frozen=True)
class Started:
    """When a clock started, and how the event was found where it was not given itself; `moment` None: not started."""

    event: str
    moment: Moment | None
    how: str | None = None


def parse_clock(words: Mapping[str, object], path: str, faults: list[str]) -> dict[str, Moment]:
    """Reads clock events; an absent or `unknown` time is no event. Faults are appended with their path."""
    clock: dict[str, Moment] = {}
    for event, text in words.items():
        if event not in events().events:
            faults.append(f"`{path}.{event}` is no clock event{did_you_mean(event, list(events().events))}")
        elif text is not None and text != "unknown":
            try:
                clock[event] = moments.parse(str(text))
            except ValueError as error:
                faults.append(f"`{path}.{event}`: {str(text)!r} is no date or time with offset: {error}")
    return clock


def start(event: str, clock: Clock) -> Started:
    """Finds the moment of an event as the duties contract says.

    A clock that runs from knowing of a breach starts when the compromise of a key became known, where that is given.
    `a_or_b` is the earlier of the parts that are given, `a_and_b` the later of parts that must both be given.
    """
    known = events().events.get(event)
    if known is not None and known.knowing and KEY in clock:
        return Started(event, _year_end(event, clock[KEY]), "starts when the compromise of the key became known")
    if event in clock:
        return Started(event, clock[event])
    if known is not None and known.year_end_of is not None:
        base = start(known.year_end_of, clock).moment
        if base is not None:
            return Started(event, moments.end_of_year(base), f"last day of the calendar year of {base.text}")
        return Started(event, None)
    return _compound(event, clock)


def _year_end(event: str, moment: Moment) -> Moment:
    return moments.end_of_year(moment) if events().events[event].year_end_of else moment


def _compound(event: str, clock: Clock) -> Started:
    for word, choose, name in (("_or_", moments.earlier, "earlier"), ("_and_", moments.later, "later")):
        parts = event.split(word)
        if len(parts) == 1:
            continue
        given = [(part, clock[part]) for part in parts if part in clock]
        if not given or (word == "_and_" and len(given) < len(parts)):
            continue
        names = " and ".join(f"{part} {moment.text}" for part, moment in given)
        how = f"the {name} of {names}" if len(given) > 1 else f"{names} is the only part that is given"
        return Started(event, reduce(choose, (moment for _, moment in given)), how)
    return Started(event, None)
