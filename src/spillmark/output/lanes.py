"""The timeline as lanes: one for each phase, drawn as a static picture whose table says the same in words.

A theft is minutes of acts with days of quiet between. Quiet stretches are therefore shortened and marked with their
length; inside a stretch of acts the axis is to scale.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from math import sqrt

from spillmark.model.evidence import Coverage
from spillmark.model.finding import TimelineRow
from spillmark.model.terms import Phase
from spillmark.output import wording

LANE = 30.0
TOP = 36.0
CHARACTER = 6.4
"""Width of one character of a label in units, on the wide side so that labels never touch."""
STRETCHES = 6
QUIET = 0.4
"""A pause longer than this part of all drawn time is shortened."""
MARKS = 400


@dataclass(frozen=True)
class Mark:
    """One act, or acts so close that one mark stands for them: place in units of the picture, and words."""

    x: str
    y: str
    radius: str
    phase: Phase
    title: str
    label: str = ""
    label_y: str = ""


@dataclass(frozen=True)
class Lane:
    """One phase: its name and the height of its line."""

    name: str
    y: str
    label_y: str


@dataclass(frozen=True)
class Tick:
    """A time on the axis, its day on a line above; either label is empty where it would touch the one before."""

    x: str
    day: str
    time: str
    label_x: str


@dataclass(frozen=True)
class Band:
    """A stretch without logs of one source, or a shortened pause."""

    x: str
    middle: str
    width: str
    title: str


@dataclass(frozen=True)
class Picture:
    """Everything that the template draws; lengths are in units of the view box."""

    width: str
    height: str
    left: str
    right: str
    top: str
    axis_y: str
    lanes: tuple[Lane, ...]
    marks: tuple[Mark, ...]
    ticks: tuple[Tick, ...]
    pauses: tuple[Band, ...]
    gaps: tuple[Band, ...]
    pause_height: str
    pause_y: str
    gap_y: str
    gap_label_y: str


@dataclass(frozen=True)
class _Stretch:
    start: datetime
    end: datetime
    left: float
    width: float

    def x(self, moment: datetime) -> float:
        length = (self.end - self.start).total_seconds()
        part = (moment - self.start).total_seconds() / length if length else 0.5
        return self.left + self.width * part


def draw(rows: Sequence[TimelineRow], coverage: Sequence[Coverage], *, width: float, left: float) -> Picture | None:
    """Draws the lanes `width` units wide with `left` units for their names; None where no row has a time."""
    timed = [(moment, row) for row in rows if (moment := wording.instant(row.time))]
    if not timed:
        return None
    stretches = _stretches(sorted({moment for moment, _ in timed}), width, left)
    phases = [phase for phase in wording.PHASES if any(row.phase == phase for _, row in timed)]
    lane_of: dict[Phase, float] = {phase: TOP + LANE * (index + 0.5) for index, phase in enumerate(phases)}
    bottom = TOP + LANE * len(phases)
    gaps = _gaps(coverage, stretches)
    return Picture(
        width=_n(width),
        height=_n(bottom + 16 + (LANE if gaps else 0)),
        left=_n(left),
        right=_n(width - 6),
        top=_n(TOP - 6),
        axis_y=_n(bottom),
        lanes=tuple(_lane(phase, y) for phase, y in lane_of.items()),
        marks=_marks(timed, stretches, lane_of),
        ticks=_ticks(stretches, width),
        pauses=_pauses(stretches),
        gaps=gaps,
        pause_height=_n(bottom - TOP + 6),
        pause_y=_n(bottom + 10),
        gap_y=_n(bottom + 12 + LANE / 2 - 5),
        gap_label_y=_n(bottom + 12 + LANE / 2 + 4),
    )


def _lane(phase: Phase, y: float) -> Lane:
    return Lane(wording.PHASES[phase], _n(y), _n(y + 4))


def _stretches(moments: list[datetime], width: float, left: float) -> list[_Stretch]:
    groups = [moments]
    while len(groups) < STRETCHES:
        shown = sum((group[-1] - group[0]).total_seconds() for group in groups)
        pause, at, where = max(_longest_pause(group, index) for index, group in enumerate(groups))
        if not shown or pause < QUIET * shown:
            break
        group = groups[where]
        groups[where : where + 1] = [group[:at], group[at:]]
    return _placed(groups, width, left)


def _longest_pause(group: list[datetime], index: int) -> tuple[float, int, int]:
    pauses = ((group[at] - group[at - 1]).total_seconds() for at in range(1, len(group)))
    return max(((pause, at + 1, index) for at, pause in enumerate(pauses)), default=(0.0, 0, index))


def _placed(groups: list[list[datetime]], width: float, left: float) -> list[_Stretch]:
    pause = 34.0
    room = width - left - 26 - pause * (len(groups) - 1)
    least = min(70.0, room / len(groups))
    lengths = [sqrt((group[-1] - group[0]).total_seconds()) for group in groups]
    spare, total = room - least * len(groups), sum(lengths) or 1.0
    placed, at = [], left + 14
    for group, length in zip(groups, lengths, strict=True):
        wide = least + spare * (length / total)
        placed.append(_Stretch(group[0], group[-1], at, wide))
        at += wide + pause
    return placed


def _marks(
    timed: list[tuple[datetime, TimelineRow]], stretches: list[_Stretch], lane_of: dict[Phase, float]
) -> tuple[Mark, ...]:
    """Joins acts of one lane that stand closer than four units, so that a crowd stays a crowd and the page small."""
    joined: dict[tuple[Phase, int], list[tuple[float, TimelineRow]]] = {}
    for moment, row in timed:
        x = next(stretch.x(moment) for stretch in stretches if stretch.start <= moment <= stretch.end)
        joined.setdefault((row.phase, round(x / 4)), []).append((x, row))
    marks: list[Mark] = []
    free: dict[Phase, float] = {}
    for (phase, _), spots in sorted(joined.items())[:MARKS]:
        mark = _mark(phase, spots, lane_of[phase])
        marks.append(_labelled(mark, spots, free) if phase == "exfiltration" else mark)
    return tuple(marks)


def _mark(phase: Phase, spots: list[tuple[float, TimelineRow]], y: float) -> Mark:
    first = spots[0][1]
    more = f" and {wording.count(len(spots) - 1, 'more act')}" if len(spots) > 1 else ""
    title = f"{wording.when(first.time)}: {first.act[:160]}{more}"
    x = sum(spot for spot, _ in spots) / len(spots)
    return Mark(_n(x), _n(y), _n(min(4.5 + sqrt(len(spots) - 1), 10)), phase, title)


def _labelled(mark: Mark, spots: list[tuple[float, TimelineRow]], free: dict[Phase, float]) -> Mark:
    """Writes the rows that left above their mark where they stand clear of the figure before."""
    most: dict[str | None, int] = {}
    for _, row in spots:  # the acts of one job repeat its count, so each object counts once
        most[row.object] = max(most.get(row.object, 0), row.rows or 0)
    rows = sum(most.values())
    half = len(f"{rows:,}") * CHARACTER / 2
    if not rows or float(mark.x) - half < free.get(mark.phase, 0):
        return mark
    free[mark.phase] = float(mark.x) + half
    return replace(mark, label=f"{rows:,}", label_y=_n(float(mark.y) - float(mark.radius) - 3))


def _ticks(stretches: list[_Stretch], width: float) -> tuple[Tick, ...]:
    ticks: list[Tick] = []
    previous: datetime | None = None
    free = {"day": 0.0, "time": 0.0}
    for stretch in stretches:
        for moment in _round_times(stretch):
            x = stretch.x(moment)
            fresh = previous is None or previous.date() != moment.date()
            day = f"{moment.day} {wording.MONTHS[moment.month - 1]}" if fresh else ""
            middle = min(x, width - CHARACTER * 3)
            shown = {
                name: _fitting(text, middle, name, free) for name, text in (("day", day), ("time", f"{moment:%H:%M}"))
            }
            ticks.append(Tick(_n(x), shown["day"], shown["time"], _n(middle)))
            previous = moment if shown["day"] or not fresh else previous
    return tuple(ticks)


def _fitting(text: str, middle: float, row: str, free: dict[str, float]) -> str:
    """Gives the label if it stands clear of the one before it on its line, else none."""
    half = len(text) * CHARACTER / 2
    if not text or middle - half < free[row]:
        return ""
    free[row] = middle + half
    return text


def _round_times(stretch: _Stretch) -> list[datetime]:
    """The start of a stretch, then round times inside it, about 80 units apart."""
    length = (stretch.end - stretch.start).total_seconds()
    slots = int(stretch.width // 80)
    if not length or slots < 2:
        return [stretch.start]
    steps = (60, 300, 600, 900, 1800, 3600, 7200, 14400, 21600, 43200, 86400, 172800, 604800, 2592000, 31536000)
    step = next((one for one in steps if length / one <= slots), steps[-1] * 10)
    start, end = int(stretch.start.timestamp()), int(stretch.end.timestamp())
    clear = start + length * 76 / stretch.width  # so that the label of the start stands free
    inside = range(start // step * step + step, end + 1, step)
    return [stretch.start, *(datetime.fromtimestamp(at, UTC) for at in inside if at >= clear)]


def _pauses(stretches: list[_Stretch]) -> tuple[Band, ...]:
    pairs = pairwise(stretches)
    return tuple(_band(one.left + one.width + 7, two.left - 7, _short(two.start - one.end)) for one, two in pairs)


def _band(left: float, right: float, title: str) -> Band:
    width = max(right - left, 3.0)
    return Band(_n(left), _n(left + width / 2), _n(width), title)


def _short(length: timedelta) -> str:
    hours = length.total_seconds() / 3600
    if hours >= 48:
        return f"{round(hours / 24)} d"
    return f"{round(hours)} h" if hours >= 2 else f"{round(hours * 60)} min"


def _gaps(coverage: Sequence[Coverage], stretches: list[_Stretch]) -> tuple[Band, ...]:
    bands: list[Band] = []
    for source in coverage:
        for gap in source.gaps if len(bands) < MARKS else ():
            start, end = wording.instant(gap.start), wording.instant(gap.end)
            if start and end and end >= stretches[0].start and start <= stretches[-1].end:
                left, right = _at(start, stretches), _at(end, stretches)
                title = f"No events of {wording.words(source.source)}: {wording.span(gap.start, gap.end)}"
                bands.append(_band(left, right, title))
    return tuple(bands)


def _at(moment: datetime, stretches: list[_Stretch]) -> float:
    """The place of any moment: one inside a shortened pause lies in the middle of the pause."""
    if moment <= stretches[0].start:
        return stretches[0].left
    for one, two in zip(stretches, [*stretches[1:], None], strict=True):
        if moment <= one.end:
            return one.x(moment)
        if two and moment < two.start:
            return (one.left + one.width + two.left) / 2
    return stretches[-1].left + stretches[-1].width


def _n(value: float) -> str:
    return f"{value:.1f}".rstrip("0").rstrip(".")
