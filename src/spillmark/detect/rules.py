"""The rules: Sigma documents with our own keys under `spillmark`, parsed once and kept with their place.

Source: Sigma Specification 2.1, rules and correlation rules (sigmahq.io/docs); parsed by pySigma.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

from pydantic import ConfigDict, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass as checked
from sigma.correlations import SigmaCorrelationRule
from sigma.exceptions import SigmaError, SigmaRuleLocation
from sigma.rule import SigmaRule

from spillmark import content
from spillmark.detect.baselines import Baseline
from spillmark.detect.compile import compile_rule
from spillmark.detect.logsources import LogSources, load_logsources
from spillmark.detect.tree import Node
from spillmark.errors import ContentError
from spillmark.model.content import Problem
from spillmark.model.terms import Confidence, Phase, Severity

FOLDER = "rules"
Taint = Literal["session", "app", "address", "job"]
TACTICS: dict[str, Phase] = {  # the phase of a rule that does not say its own, by its first ATT&CK tactic
    "reconnaissance": "preparation",
    "resource-development": "preparation",
    "initial-access": "access",
    "credential-access": "access",
    "execution": "access",
    "persistence": "persistence",
    "privilege-escalation": "persistence",
    "discovery": "discovery",
    "lateral-movement": "discovery",
    "collection": "collection",
    "command-and-control": "exfiltration",
    "exfiltration": "exfiltration",
    "defense-evasion": "evasion",
    "stealth": "evasion",
    "impact": "extortion",
}
QUOTED = re.compile(r"'([^']+)'")
SECTIONS = frozenset(("detection", "correlation", "baseline"))
STRICT = ConfigDict(extra="forbid")


@checked(frozen=True, config=STRICT)
class Sample:
    """Events, as event columns, that a rule must find (`hit`) or must pass over (`silent`)."""

    name: str
    events: list[dict[str, Any]]
    expect: Literal["hit", "silent"]


@checked(frozen=True, config=STRICT)
class Meta:
    """Our own keys of a rule.

    `taints` says by which links a hit marks other events as the thief's; a rule without any tells of an act, never of
    a thief. A `building_block` is there for correlations only and makes no finding of its own. A rule that
    `spares_known_apps` passes over apps that the org file lists, by id where it gives one.
    """

    version: int = 0
    checked_on: str = ""
    phase: Phase = "access"
    confidence: Confidence = "low"
    taints: tuple[Taint, ...] = ()
    building_block: bool = False
    spares_known_apps: bool = False
    tests: tuple[Sample, ...] = ()


META = TypeAdapter(Meta)


@dataclass(frozen=True)
class Rule:
    """One event rule (`tree`), one correlation of other rules (`correlation`), or one baseline (`baseline`)."""

    id: str
    uuid: str
    title: str
    place: str
    severity: Severity
    meta: Meta
    techniques: tuple[str, ...]
    tree: Node | None
    sources: tuple[str, ...]
    correlation: SigmaCorrelationRule | None
    baseline: Baseline | None
    document: dict[str, Any]
    text: str = field(repr=False, default="")

    def line(self, word: str) -> str:
        """Gives `file:line` of the first line that has `word` as a key, else that holds it, else the file."""
        return _line(self.place, self.text, word)


@dataclass(frozen=True)
class RuleSet:
    """The usable rules by id in order, and what was wrong with the others."""

    rules: tuple[Rule, ...] = ()
    problems: tuple[Problem, ...] = ()

    def find(self, name: str) -> Rule | None:
        """Gives a rule by its name or its UUID."""
        wanted = name.casefold()
        return next((rule for rule in self.rules if wanted in (rule.id.casefold(), rule.uuid)), None)

    def only(self, rule: Rule) -> "RuleSet":
        """Gives the rule with everything it refers to, directly or not."""
        kept = {rule.id}
        pending = [rule]
        while pending:
            for name in references(pending.pop()):
                found = self.find(name)
                if found is not None and found.id not in kept:
                    kept.add(found.id)
                    pending.append(found)
        return replace(self, rules=tuple(one for one in self.rules if one.id in kept))


def references(rule: Rule) -> tuple[str, ...]:
    """Gives the names under which a correlation refers to other rules, in its order."""
    if rule.correlation is None:
        return ()
    if rule.correlation.rules is not None:
        return tuple(reference.reference for reference in rule.correlation.rules)
    condition = rule.correlation.condition
    named = getattr(condition, "get_referenced_rules", None)
    return tuple(named()) if named is not None else ()


def load_rules(extra: Sequence[Path] = ()) -> RuleSet:
    """Loads the built-in rules and those of files and folders (`*.yml`, `*.yaml`) that the caller names.

    A file that is no usable rule becomes a problem of the set; the others are loaded all the same.
    """
    return build_rules((*_shipped(), *_files(extra)), load_logsources())


def build_rules(files: Iterable[tuple[str, str]], sources: LogSources) -> RuleSet:
    """Makes a rule set of (place, YAML text) pairs; where two take the same name or id, the first one stays."""
    rules: dict[str, Rule] = {}
    problems: list[Problem] = []
    for place, text in files:
        try:
            rule = parse(place, text, sources)
            taken = next((one for one in rules.values() if rule.id == one.id or rule.uuid == one.uuid), None)
            if taken is not None:
                raise ContentError(f"id or name is taken by {taken.place}")
        except (ContentError, SigmaError, ValidationError) as error:
            problems.append(_problem(place, text, error))
            continue
        rules[rule.id] = rule
    return RuleSet(tuple(rules[name] for name in sorted(rules)), tuple(problems))


def parse(place: str, text: str, sources: LogSources) -> Rule:
    """Parses one rule file.

    Raises:
        ContentError, sigma.exceptions.SigmaError, pydantic.ValidationError: it is not a usable rule.
    """
    document = content.document(place, text)
    meta = META.validate_python(document.get("spillmark", {"phase": _phase(document)}))
    copy = deepcopy(document)  # the parser may change what it is given
    where = SigmaRuleLocation(Path(place))
    tree: Node | None = None
    baseline: Baseline | None = None
    matched: tuple[str, ...] = ()
    parsed: SigmaRule | SigmaCorrelationRule
    if "correlation" in document:
        parsed = SigmaCorrelationRule.from_dict(copy, source=where)
    else:
        baseline = TypeAdapter(Baseline).validate_python(document["baseline"]) if "baseline" in document else None
        if baseline is not None:  # its events are chosen by log source alone
            copy["detection"] = {"any": dict.fromkeys(baseline.per, "*"), "condition": "any"}
        parsed = SigmaRule.from_dict(copy, source=where)
        tree = compile_rule(parsed) if baseline is None else None
        matched = sources.patterns(parsed.logsource.product, parsed.logsource.service)
    return Rule(
        id=parsed.name or str(parsed.id),
        uuid=str(parsed.id),
        title=parsed.title,
        place=place,
        severity=_severity(parsed),
        meta=meta,
        techniques=tuple(str(tag.name).upper() for tag in parsed.tags if _technique(tag.namespace, tag.name)),
        tree=tree,
        sources=matched,
        baseline=baseline,
        correlation=parsed if isinstance(parsed, SigmaCorrelationRule) else None,
        document=document,
        text=text,
    )


def _severity(parsed: SigmaRule | SigmaCorrelationRule) -> Severity:
    level = TypeAdapter[Severity](Severity)
    return level.validate_python(str(parsed.level)) if parsed.level is not None else "low"


def _technique(namespace: str, name: str) -> bool:
    return namespace == "attack" and name[:1] in "tT" and name[1:5].isdigit()


def _phase(document: dict[str, Any]) -> Phase:
    tags = document.get("tags")
    for tag in tags if isinstance(tags, list) else ():
        phase = TACTICS.get(str(tag).removeprefix("attack.").replace("_", "-"))
        if phase is not None:
            return phase
    return "access"


def _problem(place: str, text: str, error: Exception) -> Problem:
    if isinstance(error, ContentError):
        return Problem(error.where or _line(place, text, error.what.partition(":")[0]), error.what, error.why or "")
    if isinstance(error, ValidationError):
        first = error.errors()[0]
        key = str(first["loc"][-1]) if first["loc"] else "spillmark"
        said = f"spillmark.{'.'.join(str(part) for part in first['loc'])}: {first['msg']}"
        return Problem(_line(place, text, key), said)
    quoted = QUOTED.findall(str(error))
    return Problem(next((where for word in quoted if (where := _line(place, text, word)) != place), place), str(error))


def _line(place: str, text: str, word: str) -> str:
    """Gives `file:line` of the first line that has `word` as a key, else that holds it, else the file."""
    lines = text.splitlines()
    key = re.compile(rf"(^|[\s{{,-]){re.escape(word)}['\"]?\s*[|:]")
    found = next((number for number, line in enumerate(lines, start=1) if key.search(line)), None)
    if found is None:
        found = next((number for number, line in enumerate(lines, start=1) if word in line), None)
    return place if found is None else f"{place}:{found}"


def _shipped() -> Iterator[tuple[str, str]]:
    for place, document in content.documents(FOLDER):
        if not SECTIONS.isdisjoint(document):
            yield place, content.text(place)


def _files(paths: Sequence[Path]) -> Iterator[tuple[str, str]]:
    for path in paths:
        found = sorted(path.rglob("*.y*ml")) if path.is_dir() else [path]
        for file in found:
            yield str(file), file.read_text(encoding="utf-8", errors="replace")
