"""How far the theft reached: findings and snapshot to taken records, individuals, exclusions and requests."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from spillmark.clock import iso
from spillmark.engine.interface import Engine, identifier
from spillmark.evidence.item import Item
from spillmark.model.evidence import Coverage, Skip
from spillmark.model.finding import Finding
from spillmark.model.org import Org
from spillmark.model.scope import Scope
from spillmark.progress import SILENT, Progress
from spillmark.scope.bounds import openings, read_logs
from spillmark.scope.carried import Carried, carry
from spillmark.scope.census import take_census
from spillmark.scope.counted import count_object, count_unseen, is_unsettled
from spillmark.scope.describe import read_describes
from spillmark.scope.exclusions import exclusions
from spillmark.scope.exits import Exit, find_exits
from spillmark.scope.fields import Fields
from spillmark.scope.ids import short_id
from spillmark.scope.loot import Loot
from spillmark.scope.parts import carry_off
from spillmark.scope.people import find_people
from spillmark.scope.replay import Outcome, Setting, replay_exit
from spillmark.scope.requests import lacking_of, requests
from spillmark.scope.roles import person_roles
from spillmark.scope.schema import make_schema
from spillmark.scope.snapshot import Snapshot, load_snapshot
from spillmark.scope.visibility import Seen, read_sight
from spillmark.soql.schema import Schema

UTC = ZoneInfo("UTC")
LISTED = 40  # names of fields in one note


@dataclass(frozen=True)
class Measured:
    """The measured extent, what could not be measured, and records and rejected ones of each copy by evidence id."""

    scope: Scope
    skipped: tuple[Skip, ...]
    opened: Mapping[str, tuple[int, int]]


def measure(
    engine: Engine,
    items: Sequence[Item],
    findings: Sequence[Finding],
    *,
    org: Org,
    progress: Progress = SILENT,
    coverage: Sequence[Coverage] = (),
) -> Measured:
    """Measures the theft; reads `events` and `theft_events`, makes `taken` and `people` in the shape of case/1.

    `findings` tell whether there is a theft to measure at all; `coverage` tells of gaps in the logs.
    """
    progress.stage("Reading the copy of the data")
    described = read_describes(items)
    snapshot = load_snapshot(engine, items, described, progress)
    schema = make_schema(engine, snapshot, described)
    sight = read_sight(engine, items, snapshot)
    fields = Fields(engine, snapshot, schema)
    progress.stage("Replaying what the thief asked for")
    exits = find_exits(engine)
    seen = {found.id: sight.of(found.user, found.object or "", internal=found.internal) for found in exits}
    loot = Loot(engine)
    outcomes, failed = _replay_all(
        engine, exits, _Copy(snapshot, schema, _Settings(engine, snapshot, org)), seen, loot, progress
    )
    carried = carry(engine, loot, snapshot, fields)
    progress.stage("Finding the people concerned")
    logs = read_logs(engine)
    people = find_people(
        engine,
        [one.object for one in carried],
        snapshot,
        schema,
        person_roles(snapshot, schema, fields),
        at=logs.theft[0] if logs.theft else None,
        home=(org.organisation.domicile or "")[:2] or None,
    )
    opened = openings(outcomes, logs, coverage) if exits else ()
    unsettled = sorted({outcome.object or "" for outcome in outcomes if is_unsettled(outcome)})
    census = take_census(engine, unsettled, snapshot, sight, logs.theft) if logs.theft else {}
    missing = {one.object: count_unseen(engine, one, outcomes, census.get(one.object)) for one in carried}
    hidden = sorted({o.object for o in outcomes if o.object and o.counts and not seen[o.exit.id].unrestricted})
    lacking = lacking_of(outcomes, opened, {name: rows or 0 for name, rows in missing.items()}, hidden)
    says_open = tuple(opening.says for opening in opened) + tuple(skip.why for skip in failed)
    scope = Scope(
        upper="open" if says_open or not (exits or _content_logs(engine)) else "bounded",
        why_open=says_open or _nothing_known(engine, exits),
        objects=tuple(
            count_object(engine, one, outcomes, seen, missing=missing[one.object], census=census.get(one.object))
            for one in carried
        ),
        people=people,
        not_taken=() if failed else exclusions(engine, carried, outcomes, opened, logs, snapshot, fields),
        requests=requests(lacking, logs.theft if exits else None),
    )
    unknown = tuple(_unclear(carried))
    return Measured(scope, (*described.skipped, *snapshot.skipped, *sight.skipped, *failed, *unknown), snapshot.opened)


@dataclass(frozen=True)
class _Copy:
    """The copy of the data with its types, and how each sender divides time."""

    snapshot: Snapshot
    schema: Schema
    settings: "_Settings"


def _replay_all(
    engine: Engine, exits: Sequence[Exit], copy: _Copy, seen: dict[str, Seen], loot: Loot, progress: Progress
) -> tuple[list[Outcome], list[Skip]]:
    """Replays every way out and takes what it carried; one that cannot be replayed becomes a Skip."""
    outcomes: list[Outcome] = []
    failed: list[Skip] = []
    for done, found in enumerate(exits, 1):
        try:
            visible, setting, slot = seen[found.id].unrestricted, copy.settings.of(found), loot.slot()
            outcome = replay_exit(
                engine, found, copy.snapshot, copy.schema, setting=setting, visible=visible, table=slot
            )
            carry_off(engine, outcome, loot)
            outcomes.append(outcome)
        except Exception as error:  # noqa: BLE001 - one request must not stop the others
            failed.append(_failed(found, error))
        progress.advance(done, len(exits))
    return outcomes, failed


def _failed(found: Exit, error: Exception) -> Skip:
    evidence = found.proof[0].partition(":")[0] if found.proof else None
    why = f"the request at {iso(found.left)} on {found.object or 'an unknown object'} could not be replayed: {error}"
    return Skip(evidence, "replay of a request", why, "failed")


def _content_logs(engine: Engine) -> bool:
    """Tells whether any log is there that would show content leaving."""
    if not engine.exists("events"):
        return False
    return engine.one('SELECT count(*) FROM events WHERE query IS NOT NULL OR "rows" IS NOT NULL')[0] != 0


def _nothing_known(engine: Engine, exits: Sequence[Exit]) -> tuple[str, ...]:
    if exits or _content_logs(engine):
        return ()
    return ("no log of the evidence shows queries or rows, so that it cannot be told what left",)


class _Settings:
    """The sender's zone, by user: what the copy of User says, else the organisation's own zone, else UTC."""

    def __init__(self, engine: Engine, snapshot: Snapshot, org: Org) -> None:
        self._org = org.organisation
        self._zones: dict[str, str] = {}
        users = snapshot.named("User")
        column = users.column("TimeZoneSidKey") if users else None
        if users is not None and column is not None:
            zone = identifier(column)
            query = f'SELECT "Id", {zone} FROM {identifier(users.table)} WHERE {zone} IS NOT NULL'
            self._zones = {short_id(str(number)): str(zone) for number, zone in engine.rows(query)}

    def of(self, found: Exit) -> Setting:
        """Gives the setting in which a request was made."""
        names = (self._zones.get(found.user or ""), self._org.time_zone)
        zone = next((known for name in names if name and (known := _zone(name)) is not None), UTC)
        return Setting(zone, self._org.fiscal_year_start, self._org.week_start.lower())


def _zone(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def _unclear(carried: Sequence[Carried]) -> list[Skip]:
    found = []
    for one in carried:
        names = [entry.field for entry in one.classes if entry.unknown]
        if names:
            more = f" and {len(names) - LISTED:,} more" if len(names) > LISTED else ""
            why = f"class unknown: {', '.join(names[:LISTED])}{more}; look at the values and say what they are"
            found.append(Skip(None, f"fields of {one.object} that left", why, "note"))
    return found
