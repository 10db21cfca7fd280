"""References: what a proof such as `E3:142` points at, and where on the page it can be followed."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

RefKind = Literal["row", "text", "evidence", "finding", "duty", "action", "law", "playbook", "other"]

_SHAPES: tuple[tuple[RefKind, re.Pattern[str]], ...] = (
    ("row", re.compile(r"(E\d+):(\d+)")),
    ("text", re.compile(r"(E\d+):(\d+)-(\d+)")),
    ("evidence", re.compile(r"(E\d+)")),
    ("finding", re.compile(r"(F\d+)")),
    ("duty", re.compile(r"(D\d+)")),
    ("action", re.compile(r"(A\d+)")),
    ("law", re.compile(r"L(\S+)")),
    ("playbook", re.compile(r"P(\S+)")),
)
_SHORT = re.compile(r"[A-Za-z0-9:_-]{1,24}")
_UNSAFE = re.compile(r"[^A-Za-z0-9:.-]")
LONGEST = 80
"""Characters of a reference that are shown; no reference that Spillmark writes is as long."""


@dataclass(frozen=True)
class Reference:
    """One reference taken apart: `evidence` is the E number, `start` the record or first character, `end` the last."""

    text: str
    kind: RefKind
    evidence: str = ""
    start: int = 0
    end: int = 0

    @property
    def anchor(self) -> str:
        """The id of the element that this reference leads to; equal references have equal anchors."""
        head = "" if self.kind != "other" else "ref-"
        return head + _UNSAFE.sub(lambda match: f"_{ord(match.group()):x}_", self.text)

    @property
    def short(self) -> bool:
        """Whether the reference fits on one line of a narrow column, so that it need not be broken."""
        return _SHORT.fullmatch(self.text) is not None


def parse(text: str) -> Reference:
    """Takes a reference apart; a text of no known shape is of kind `other`."""
    for kind, shape in _SHAPES:
        match = shape.fullmatch(text[:LONGEST])
        if match and len(text) <= LONGEST:
            return _built(text, kind, match)
    return Reference(text[:LONGEST], "other")


def order(reference: Reference) -> tuple[str, int, str, int, int, str]:
    """Sorts references by kind, number of evidence, place and text, so that E2 stands before E10."""
    digits = re.match(r"[A-Z](\d{1,18})", reference.text)
    number = int(digits.group(1)) if digits else 0
    return (reference.kind, number, reference.evidence, reference.start, reference.end, reference.text)


@dataclass
class Citations:
    """Collects, while a page is written, which references it shows; the annex then lists each of them once."""

    shown: dict[str, Reference] = field(default_factory=dict)

    def cite(self, proof: Iterable[str]) -> tuple[Reference, ...]:
        """Notes the references of one sentence and gives them taken apart, each once, in their order."""
        found = tuple(parse(text) for text in dict.fromkeys(proof))
        self.shown.update((reference.anchor, reference) for reference in found)
        return found

    def of(self, *kinds: RefKind) -> tuple[Reference, ...]:
        """Gives the noted references of some kinds, sorted."""
        return tuple(sorted((one for one in self.shown.values() if one.kind in kinds), key=order))


def _built(text: str, kind: RefKind, match: re.Match[str]) -> Reference:
    groups = match.groups()
    if kind not in {"row", "text"}:
        return Reference(text, kind, groups[0] if kind == "evidence" else "")
    return Reference(text, kind, groups[0], int(groups[1]), int(groups[-1]) if kind == "text" else 0)
