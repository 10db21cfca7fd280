"""Detection from end to end: rules, correlations, known good set aside, findings, the thief's events."""

from collections.abc import Sequence
from dataclasses import dataclass

from spillmark.detect import actors, allow, findings, signatures, suspects
from spillmark.detect.correlate import correlated, order, plan
from spillmark.detect.rules import Rule, RuleSet
from spillmark.engine.interface import Engine, Step
from spillmark.model.evidence import Skip
from spillmark.model.finding import Finding
from spillmark.model.org import Org
from spillmark.progress import SILENT, Progress

NO_ORG = Org()


@dataclass(frozen=True)
class Detected:
    """What the rules found, and what was set aside, had nothing to check or could not run."""

    findings: tuple[Finding, ...] = ()
    skipped: tuple[Skip, ...] = ()


def detect(engine: Engine, rules: RuleSet, *, org: Org = NO_ORG, progress: Progress = SILENT) -> Detected:
    """Runs all rules on the table `events` (columns of model/event.py).

    Makes the tables `hits` (finding, evidence, row) and `theft_events` (evidence, row, findings, why).
    """
    progress.stage("Evaluating rules")
    skipped = [Skip(None, f"rule {p.place}", f"could not be read: {p.what}", "failed") for p in rules.problems]
    actors.resolve(engine)
    skipped += signatures.evaluate(engine, [rule for rule in rules.rules if rule.tree is not None])
    skipped += allow.set_aside(engine, "detect_found", "detect_kept", rules, org.allow)
    progress.stage("Correlating hits")
    skipped += _correlations(engine, rules, org)
    found = findings.gather(engine, rules)
    progress.stage("Following the thief")
    skipped += suspects.attribute(engine, rules, found, org=org)
    return Detected(found, tuple(skipped))


def _correlations(engine: Engine, rules: RuleSet, org: Org) -> list[Skip]:
    """Adds the hits of each correlation to `detect_hits`, so that later ones may build on them."""
    parts = ["detect_kept"]
    skipped: list[Skip] = []
    _view(engine, parts)
    for number, rule in enumerate(order(rules)):
        found, kept = f"detect_correlated_{number}", f"detect_correlated_kept_{number}"
        try:
            _correlate(engine, rules, rule, found)
            skipped += allow.set_aside(engine, found, kept, rules, org.allow)
        except Exception as error:  # noqa: BLE001 - one rule; the others go on
            skipped.append(Skip(None, f"rule {rule.id}", f"could not run: {str(error).splitlines()[0]}", "failed"))
            continue
        parts.append(kept)
        _view(engine, parts)
    return skipped


def _correlate(engine: Engine, rules: RuleSet, rule: Rule, found: str) -> None:
    ready = plan(rules, rule)
    engine.register(found, signatures.HITS, correlated(engine, ready))


def _view(engine: Engine, parts: Sequence[str]) -> None:
    union = "\nUNION ALL\n".join(f"SELECT rule, evidence, row FROM {part}" for part in parts)
    engine.run([Step("detect_hits", union, keep="view")])
