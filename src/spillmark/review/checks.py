"""Checks are content: which setting is read, when it is weak, what it means, how to close it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from spillmark.content.shelf import shelf
from spillmark.model.content import Explanation, Problem
from spillmark.model.terms import Severity
from spillmark.review.settings import Setting

FOLDER = "checks"
Verdict = Literal["found", "not_found", "no_evidence"]


@dataclass(frozen=True)
class Weak:
    """When a value is weak; exactly one of these is given. Texts compare without regard to case."""

    equals: str | bool | None = None
    one_of: tuple[str, ...] = ()
    above: float | None = None
    not_one_of: tuple[str, ...] = ()


@dataclass(frozen=True)
class Sample:
    """Settings as path and value, and the verdict that they must get."""

    settings: dict[str, str | bool | float | None]
    expect: Verdict


@dataclass(frozen=True)
class Check:
    """One check; `reads` is a path in which `*` stands for any one step and `**` for any number of steps.

    `only_if` names sibling values that must hold (same parent), such as a permission set of a certain name.
    """

    id: str
    version: int
    source: str
    checked_on: Any
    platform: str
    title: str
    severity: Severity
    reads: str
    weak: Weak
    says: str
    fix: str
    tests: tuple[Sample, ...]
    benchmark: str | None = None
    techniques: tuple[str, ...] = ()
    only_if: dict[str, str] | None = None
    absent_is: Literal["no_evidence", "found"] = "no_evidence"
    absent_reads: str | None = None  # with `found`: only if something under this path was exported


@dataclass(frozen=True)
class Outcome:
    """The verdict on one check with the settings that decide it."""

    verdict: Verdict
    settings: tuple[Setting, ...]


@cache
def load_checks() -> tuple[Check, ...]:
    """Reads all checks, by id.

    Raises:
        ContentError: a file is not a check, or two share an id.
    """
    return shelf(FOLDER, Check)


def evaluate(check: Check, settings: Sequence[Setting]) -> Outcome:
    """Decides one check on the settings that were given."""
    pattern = _pattern(check.reads)
    read = [one for one in settings if pattern.fullmatch(_written(one)) and _holds(check, one, settings)]
    weak = tuple(one for one in read if is_weak(check.weak, one.value))
    if weak:
        return Outcome("found", weak)
    if read:
        return Outcome("not_found", tuple(read))
    if check.absent_is == "found" and check.absent_reads:
        beside = _pattern(check.absent_reads)
        near = tuple(one for one in settings if beside.fullmatch(_written(one)))
        return Outcome("found", near[:1]) if near else Outcome("no_evidence", ())
    return Outcome("no_evidence", ())


def is_weak(weak: Weak, value: str | None) -> bool:
    """Tells whether one value is weak; an empty value is weak only where the check says so."""
    text = (value or "").strip().lower()
    if weak.equals is not None:
        return text == str(weak.equals).lower()
    if weak.one_of:
        return text in {option.lower() for option in weak.one_of}
    if weak.not_one_of:
        return text not in {option.lower() for option in weak.not_one_of}
    if weak.above is not None:
        number = re.match(r"-?\d+(\.\d+)?", text)
        return number is not None and float(number[0]) > weak.above
    return False


def explain(ident: str) -> Explanation | None:
    """Explains a check by its id."""
    for check in load_checks():
        if check.id == ident:
            facts = (
                ("reads", check.reads),
                ("severity", check.severity),
                ("benchmark", check.benchmark or ""),
                ("techniques", ", ".join(check.techniques)),
                ("source", check.source),
                ("checked on", str(check.checked_on)),
                ("version", str(check.version)),
            )
            return Explanation(check.id, "check", check.title, (check.says, check.fix), facts)
    return None


def lint() -> tuple[Problem, ...]:
    """Runs the samples of every check; each needs one that is found and one that is not."""
    found = []
    for check in load_checks():
        verdicts = {sample.expect for sample in check.tests}
        if not {"found", "not_found"} <= verdicts:
            found.append(Problem(f"{FOLDER}/{check.id}", "needs a sample that is found and one that is not"))
        for number, sample in enumerate(check.tests, start=1):
            settings = [Setting("E1", 1, tuple(p.split(".")), _text(v)) for p, v in sample.settings.items()]
            got = evaluate(check, settings).verdict
            if got != sample.expect:
                found.append(Problem(f"{FOLDER}/{check.id}", f"test {number}: expected {sample.expect}, got {got}"))
    return tuple(found)


def _text(value: object) -> str | None:
    return str(value).lower() if isinstance(value, bool) else None if value is None else str(value)


def _written(setting: Setting) -> str:
    return ".".join(re.sub(r"#\d+$", "", step) for step in setting.path)


def _holds(check: Check, setting: Setting, settings: Sequence[Setting]) -> bool:
    if not check.only_if:
        return True
    parent = setting.path[:-1]
    beside = {one.path[-1]: (one.value or "").lower() for one in settings if one.path[:-1] == parent}
    return all(beside.get(name) == value.lower() for name, value in check.only_if.items())


@cache
def _pattern(path: str) -> re.Pattern[str]:
    steps = {"*": r"[^.]+", "**": r"[^.]+(?:\.[^.]+)*"}
    return re.compile(r"\.".join(steps.get(step, re.escape(step)) for step in path.split(".")), re.IGNORECASE)
