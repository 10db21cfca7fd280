"""What to ask of whom before it is gone; the sentences are content, what is lacking is measured."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from pydantic import TypeAdapter, ValidationError

from spillmark import content
from spillmark.errors import ContentError
from spillmark.model.content import Problem
from spillmark.model.scope import Request
from spillmark.scope.bounds import Opening
from spillmark.scope.replay import Outcome

FOLDER = "requests"
LACKS = (
    "theft",
    "no_text",
    "job_without_text",
    "no_rows",
    "no_snapshot",
    "no_object",
    "unseen",
    "altered",
    "visibility",
    "gaps",
)


@dataclass(frozen=True)
class Wish:
    """One thing to ask for; `when` is a lack of the evidence, `days` after the theft it is gone."""

    id: str
    when: str
    ask: str
    of: str
    days: int | None
    why: str


@dataclass(frozen=True)
class WishTest:
    """A lack and the ids of what must be asked for."""

    when: str
    expect: tuple[str, ...]


@dataclass(frozen=True)
class Wishes:
    """One platform's list."""

    id: str
    version: int
    source: str
    checked_on: Any
    requests: tuple[Wish, ...]
    tests: tuple[WishTest, ...]


@dataclass(frozen=True)
class Lacking:
    """One lack that was measured, what it concerns, and what shows it."""

    lack: str
    subject: str
    proof: tuple[str, ...] = ()


@cache
def load_wishes() -> tuple[Wishes, ...]:
    """Reads the content.

    Raises:
        ContentError: a file does not say what it must say.
    """
    found = []
    for place, body in content.documents(FOLDER):
        try:
            found.append(TypeAdapter(Wishes).validate_python(body))
        except ValidationError as error:
            raise ContentError(error.errors()[0]["msg"], where=place) from error
    return tuple(found)


def requests(lacking: Sequence[Lacking], theft: tuple[datetime, datetime] | None) -> tuple[Request, ...]:
    """Gives the requests, the most urgent first; subjects that lack the same are asked for together."""
    if theft is None:
        return ()
    gathered: dict[str, list[Lacking]] = {}
    for one in lacking:
        gathered.setdefault(one.lack, []).append(one)
    found = [_request(wish, gathered[wish.when], theft) for wish in _wishes() if wish.when in gathered]
    return tuple(sorted(found, key=lambda request: (request.before is None, request.before or "", request.ask)))


def _wishes() -> Iterator[Wish]:
    for listed in load_wishes():
        yield from listed.requests


def _request(wish: Wish, lacking: Sequence[Lacking], theft: tuple[datetime, datetime]) -> Request:
    first, last = (moment.date().isoformat() for moment in theft)
    words = {
        "subject": ", ".join(dict.fromkeys(one.subject for one in lacking if one.subject)),
        "days_of_theft": first if first == last else f"{first} to {last}",
    }
    before = None if wish.days is None else (theft[0].date() + timedelta(days=wish.days)).isoformat()
    proof = tuple(dict.fromkeys(place for one in lacking for place in one.proof))[:6]
    return Request(_filled(wish.ask, words), _filled(wish.of, words), before, _filled(wish.why, words), proof)


def _filled(text: str, words: dict[str, str]) -> str:
    for name, value in words.items():
        text = text.replace("{" + name + "}", value)
    return text


def lacking_of(
    outcomes: Sequence[Outcome], opened: Sequence[Opening], unseen: dict[str, int], hidden: Sequence[str]
) -> tuple[Lacking, ...]:
    """Gives what the evidence lacks; `hidden` are objects of which it is not shown what the reader could see."""
    found = [Lacking("theft", "")] if outcomes or opened else []
    found += [Lacking(opening.lack, opening.subject, opening.proof) for opening in opened]
    found += [Lacking("unseen", name) for name, rows in sorted(unseen.items()) if rows > 0]
    altered = {o.object: o.exit.proof[:2] for o in outcomes if o.altered and o.object and not o.complete_ids}
    found += [Lacking("altered", name, proof) for name, proof in sorted(altered.items())]
    found += [Lacking("visibility", name) for name in hidden]
    return tuple(found)


def lint() -> tuple[Problem, ...]:
    """Checks the content and runs its own samples."""
    load_wishes.cache_clear()
    try:
        loaded = load_wishes()
    except ContentError as error:
        return (Problem(error.where or FOLDER, error.what, error.hint or ""),)
    problems: list[Problem] = []
    for listed in loaded:
        place = f"{FOLDER}/{listed.id}"
        problems += [
            Problem(place, f"{wish.id}: unknown lack {wish.when!r}", f"one of {', '.join(LACKS)}")
            for wish in listed.requests
            if wish.when not in LACKS
        ]
        for test in listed.tests:
            got = tuple(sorted(wish.id for wish in listed.requests if wish.when == test.when))
            if got != test.expect:
                problems.append(Problem(place, f"{test.when} asks for {', '.join(got)}", "change request or sample"))
    return tuple(problems)
