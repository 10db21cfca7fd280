"""Which events are the thief's: what a tainting rule found, and what shares its session, address, job or app.

Links are followed to a fixpoint. A link spreads only if it is not plainly the organisation's own:

- an address inside a network of the org file, or one from which the user worked on at least three days of which the
  first lies a week or more before the first sign of the theft;
- a session or login that was used on at least two earlier days from addresses that are not the thief's;
- an app that the org file lists as known, or that the user used on at least two earlier days in events that nothing
  links to the thief. A stolen integration token acts as the integration's own user and app, so there address and
  session tell thief from integration, and the app must not.

Where such an app came from few networks before, an address that is new for it in the two weeks before the first act of
the thief, or while the theft goes on, is taken for another place of the thief.

A request and a Bulk job belong to whoever made them. Where a rule does not name a kind of link in `taints`, its hits do
not spread over it. Events of the same user and app that carry no session, login, address or job, between the first and
last act of the thief, cannot be told apart from the thief's and are attributed with that reason: what cannot be
excluded is not dropped.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import ip_network
from typing import assert_never

from spillmark.clock import parse_instant, to_utc
from spillmark.detect.answers import within
from spillmark.detect.rules import RuleSet
from spillmark.detect.trail import (
    COLUMNS,
    Kind,
    alike,
    links_of_reached,
    past_of_candidates,
    reached,
    strangers_of_reached,
    theft,
    trail,
    why,
)
from spillmark.engine.interface import Engine, Row
from spillmark.model.evidence import Skip
from spillmark.model.finding import Finding
from spillmark.model.org import App, Org

TAINTS: dict[str, tuple[Kind, ...]] = {
    "session": ("login", "session"),
    "address": ("address",),
    "job": ("job",),
    "app": ("app",),
}
ROUNDS = 12
ADDRESS_DAYS, ADDRESS_AGE = 3, timedelta(days=7)
HONEST_DAYS = 2
LEFT_OUT = {"finding": "VARCHAR", "owner": "VARCHAR", "address": "VARCHAR"}
THEFT = {"evidence": "VARCHAR", "row": "BIGINT", "findings": "VARCHAR[]", "why": "VARCHAR"}


@dataclass(frozen=True, order=True)
class Link:
    """One value that binds events together; `owner` is the user where the kind holds within one user only."""

    kind: Kind
    owner: str
    value: str


def attribute(engine: Engine, rules: RuleSet, findings: Sequence[Finding], *, org: Org) -> tuple[Skip, ...]:
    """Makes the table `theft_events` (evidence, row, findings, why); reads `hits` and `detect_actors`."""
    taints = {f.id: _kinds(rules, f) for f in findings}
    tainting = {name: kinds for name, kinds in taints.items() if kinds}
    if not tainting:
        engine.register("theft_events", THEFT, ())
        return ()
    shape = {"finding": "VARCHAR", "rule": "VARCHAR", "number": "INTEGER", "apps": "BOOLEAN"}
    rows = [(f.id, f.rule, int(f.id[1:]), "app" in tainting[f.id]) for f in findings if f.id in tainting]
    engine.register("detect_tainting", shape, rows)
    engine.run([trail()])
    correlated = frozenset(f.id for f in findings if (rule := rules.find(f.rule)) and rule.correlation is not None)
    spread = _Spread(engine, tainting, correlated, org)
    settled = spread.follow(apps=False)
    spread.strangers()
    settled = spread.follow(apps=True) and settled
    engine.run([alike(), why(), theft()])
    return (
        () if settled else (Skip(None, "the thief's events", f"links beyond {ROUNDS} steps not followed", "partial"),)
    )


def _kinds(rules: RuleSet, finding: Finding) -> frozenset[Kind]:
    rule = rules.find(finding.rule)
    named = rule.meta.taints if rule is not None else ()
    kinds = frozenset(kind for taint in named for kind in TAINTS[taint])
    return kinds | {"request"} if kinds else kinds  # one request is one act, whichever log it stands in


class _Spread:
    """The growing set of links of each tainting finding, and the events that they reach (table `detect_reached`)."""

    def __init__(
        self, engine: Engine, tainting: dict[str, frozenset[Kind]], correlated: frozenset[str], org: Org
    ) -> None:
        self._engine = engine
        self._tainting = tainting
        self._correlated = correlated
        self._org = org
        self._links: set[tuple[Link, str]] = set()
        self._own: set[tuple[Link, str]] = set()
        engine.register("detect_left_out", LEFT_OUT, ())
        self._register()
        self._reach()
        engine.register("detect_left_out", LEFT_OUT, self._left_out())
        self._reach()

    def _left_out(self) -> list[tuple[str, str, str]]:
        """Gives (finding, user, address) of hits of correlations that are the organisation's own work.

        A stolen token acts as the integration's own user, so a correlation by user mixes both. What came from an own
        address is left to the organisation, unless the whole finding did.
        """
        first: dict[tuple[Link, str], datetime] = {}
        for kind, owner, value, finding, moment in self._engine.rows(links_of_reached(["address"])):
            if isinstance(moment, datetime) and str(finding) in self._correlated:
                first[Link(_kind(kind), str(owner), str(value)), str(finding)] = moment
        past = self._past(first)
        own = {pair for pair, moment in first.items() if self._is_own(pair[0], moment, past[pair[0]])}
        strange = {finding for link, finding in first if (link, finding) not in own}
        return sorted((finding, link.owner, link.value) for link, finding in own if finding in strange)

    def follow(self, *, apps: bool) -> bool:
        """Spreads until nothing is new; gives False where it had to stop before."""
        for _ in range(ROUNDS):
            fresh = self._candidates(apps=apps)
            if not fresh:
                return True
            # Addresses first: what is known of them decides about sessions.
            for kinds in (("address",), ("request", "job", "login", "session"), ("app",)):
                self._admit({pair: first for pair, first in fresh.items() if pair[0].kind in kinds})
            self._reach()
        return False

    def strangers(self) -> None:
        """Adds addresses that were new for user and app while the theft went on, where the app stays in its places."""
        fresh = {
            (Link("stranger", str(owner), str(value)), str(finding)): first
            for _, owner, value, finding, first in self._engine.rows(strangers_of_reached())
            if isinstance(first, datetime)
        }
        self._admit(fresh)
        self._reach()

    def _candidates(self, *, apps: bool) -> dict[tuple[Link, str], datetime]:
        """Links of the events reached so far that were not judged before, with the time of the first such event."""
        kinds = [kind for kind in COLUMNS if kind != "stranger" and (apps or kind != "app")]
        found: dict[tuple[Link, str], datetime] = {}
        for kind, owner, value, finding, first in self._engine.rows(links_of_reached(kinds)):
            pair = (Link(_kind(kind), str(owner), str(value)), str(finding))
            spreads = pair[0].kind in self._tainting[pair[1]]
            if spreads and pair not in self._links and pair not in self._own and isinstance(first, datetime):
                found[pair] = first
        return found

    def _admit(self, fresh: dict[tuple[Link, str], datetime]) -> None:
        if not fresh:
            return
        past = self._past(fresh)
        for pair, moment in fresh.items():
            own = self._is_own(pair[0], moment, past[pair[0]])
            (self._own if own else self._links).add(pair)
        self._register()

    def _past(self, fresh: dict[tuple[Link, str], datetime]) -> dict[Link, Row]:
        """Asks for the history of each link before the first event in question."""
        first: dict[Link, datetime] = {}
        for (link, _), moment in fresh.items():
            first[link] = min(first.get(link, moment), moment)
        shape = {"kind": "VARCHAR", "owner": "VARCHAR", "value": "VARCHAR", "first": "TIMESTAMP"}
        rows = sorted((link.kind, link.owner, link.value, moment) for link, moment in first.items())
        self._engine.register("detect_candidates", shape, rows)
        asked = self._engine.rows(past_of_candidates(list(COLUMNS)))
        return {Link(_kind(row[0]), str(row[1]), str(row[2])): row[3:] for row in asked}

    def _is_own(self, link: Link, first: datetime, past: Row) -> bool:
        """Tells whether a link is plainly the organisation's own, by the rules of this module."""
        days, oldest, elsewhere, unreached, name = past
        if link.kind == "app" and any(_is_known(app, link.value, str(name), first) for app in self._org.apps):
            return True
        match link.kind:
            case "request" | "job":
                return False
            case "address" | "stranger":
                ours = any(within(link.value, ip_network(n.cidr, strict=False)) for n in self._org.networks)
                old = isinstance(oldest, datetime) and first - oldest >= ADDRESS_AGE
                return ours or (old and int(str(days)) >= ADDRESS_DAYS)
            case "login" | "session":
                return int(str(elsewhere)) >= HONEST_DAYS
            case "app":
                return int(str(unreached)) >= HONEST_DAYS
            case _:
                assert_never(link.kind)

    def _register(self) -> None:
        shape = {"kind": "VARCHAR", "owner": "VARCHAR", "value": "VARCHAR", "finding": "VARCHAR"}
        rows = sorted((link.kind, link.owner, link.value, finding) for link, finding in self._links)
        self._engine.register("detect_linked", shape, rows)

    def _reach(self) -> None:
        self._register()
        self._engine.run([reached()])


def _kind(value: object) -> Kind:
    return next(kind for kind in COLUMNS if kind == value)


def _is_known(app: App, value: str, name: str, first: datetime) -> bool:
    """Tells whether the org file lists the app, by id where it gives one, since before the first sign of the theft."""
    same = (
        app.id[:15] == value[:15] if app.id is not None else app.name.casefold() in (name.casefold(), value.casefold())
    )
    if not same or app.known_since is None:
        return same
    return to_utc(parse_instant(app.known_since)).replace(tzinfo=None) < first
