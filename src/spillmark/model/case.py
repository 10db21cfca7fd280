"""The case document `case/1`: everything that is shown to a person is a view of this value."""

from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field

from spillmark.model.duty import Duty, NotTriggered, Question
from spillmark.model.evidence import Coverage, Evidence, Skip
from spillmark.model.finding import Finding, TimelineRow
from spillmark.model.report import Campaign, Incident, Report
from spillmark.model.scope import Scope
from spillmark.model.terms import EnisaLevel, When


@dataclass(frozen=True)
class Conflict:
    """A public statement about our incident against what the evidence shows."""

    statement: str
    says: str
    measured: str
    proof: tuple[str, ...]


@dataclass(frozen=True)
class Factor:
    """One input of the severity score, with its value and the reason."""

    name: str
    value: float
    why: str
    proof: tuple[str, ...] = ()


@dataclass(frozen=True)
class SeverityScore:
    """Severity for the persons concerned by the ENISA 2013 method: SE = DPC x EI + CB."""

    method: str
    level: EnisaLevel | None
    score: float | None
    factors: tuple[Factor, ...]


@dataclass(frozen=True)
class Action:
    """One step to take, why, until when, and how to verify it."""

    id: str
    what: str
    why: str
    when: When
    owner: str | None
    verify: str
    proof: tuple[str, ...]


@dataclass(frozen=True)
class Weakness:
    """An abused or open setting, with what it should be and the row that shows it."""

    check: str
    title: str
    verdict: Literal["found", "not_found", "no_evidence", "failed"]
    severity: str
    says: str
    fix: str
    proof: tuple[str, ...]


@dataclass(frozen=True)
class Sentence:
    """One plain sentence with the proof behind it."""

    text: str
    proof: tuple[str, ...]


@dataclass(frozen=True)
class Story:
    """The four answers, each a list of proven sentences."""

    what_happened: tuple[Sentence, ...] = ()
    why_it_matters: tuple[Sentence, ...] = ()
    whose_data: tuple[Sentence, ...] = ()
    what_to_do: tuple[Sentence, ...] = ()


@dataclass(frozen=True)
class Content:
    """Versions of the content that made the case: packs by id and one hash over all of them."""

    sha256: str
    packs: dict[str, str]


@dataclass(frozen=True)
class CitedRow:
    """A cited piece of evidence itself: `ref` as in proofs (E3:142, E1:5-80), its place in words, its fields unmasked.

    Kept beside the case document, in cited.jsonl, so that every reference can be followed without the evidence.
    """

    ref: str
    place: str
    fields: dict[str, str]


@dataclass(frozen=True)
class Case:
    """One investigation as a document."""

    schema_: Annotated[Literal["case/1"], Field(alias="schema")]
    id: str
    title: str
    built_at: str
    tool: str
    content: Content
    log_head: str
    evidence: tuple[Evidence, ...] = ()
    coverage: tuple[Coverage, ...] = ()
    skipped: tuple[Skip, ...] = ()
    reports: tuple[Report, ...] = ()
    incidents: tuple[Incident, ...] = ()
    campaigns: tuple[Campaign, ...] = ()
    findings: tuple[Finding, ...] = ()
    timeline: tuple[TimelineRow, ...] = ()
    scope: Scope = Scope()
    weaknesses: tuple[Weakness, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    severity: SeverityScore = SeverityScore("ENISA 2013", None, None, ())
    duties: tuple[Duty, ...] = ()
    not_triggered: tuple[NotTriggered, ...] = ()
    questions: tuple[Question, ...] = ()
    actions: tuple[Action, ...] = ()
    story: Story = Story()
