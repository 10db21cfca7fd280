"""Detection from end to end: rules, correlations, known good set aside, findings, the thief's events."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from spillmark.detect import actors, allow, baselines, findings, signatures, suspects
from spillmark.detect.correlate import correlated, hopeless, order, plan
from spillmark.detect.rules import Rule, RuleSet
from spillmark.engine.interface import Engine, Step
from spillmark.model.evidence import Skip
from spillmark.model.finding import Finding
from spillmark.model.org import Allow, Org
from spillmark.progress import SILENT, Progress

NO_ORG = Org()
UNION = "SELECT rule, evidence, row FROM "


@dataclass(frozen=True)
class Detected:
    """What the rules found, and what was set aside, had nothing to check or could not run."""

    findings: tuple[Finding, ...] = ()
    skipped: tuple[Skip, ...] = ()


def detect(engine: Engine, rules: RuleSet, *, org: Org = NO_ORG, progress: Progress = SILENT) -> Detected:
    """Runs all rules on the table `events` (columns of model/event.py).

    Makes the tables `hits` (finding, evidence, row) and `theft_events` (evidence, row, findings, why).
    """
    if not engine.exists("events") or not int(str(engine.one("SELECT count(*) FROM events")[0])):
        return _nothing(engine)
    progress.stage("Evaluating rules")
    skipped = [Skip(None, f"rule {p.place}", f"could not be read: {p.what}", "failed") for p in rules.problems]
    actors.resolve(engine)
    silent = signatures.evaluate(engine, [rule for rule in rules.rules if rule.tree is not None])
    _baselines(engine, rules, org, silent)
    engine.run([Step("detect_seen", f"{UNION}detect_found UNION ALL {UNION}detect_new", keep="view")])
    actors.of_hits(engine, "detect_seen")
    entries = (*org.allow, *allow.known_apps(rules, org.apps))
    skipped += allow.set_aside(engine, "detect_seen", "detect_kept", rules, entries)
    progress.stage("Correlating hits")
    skipped += _correlations(engine, rules, org, silent)
    skipped += _grouped(silent.values())
    found = findings.gather(engine, rules)
    progress.stage("Following the thief")
    skipped += suspects.attribute(engine, rules, found, org=org)
    return Detected(found, tuple(skipped))


def _baselines(engine: Engine, rules: RuleSet, org: Org, silent: dict[str, Skip]) -> None:
    """Makes `detect_new` of the baseline rules; those without enough history join `silent`."""
    watches = [
        baselines.Watch(rule.id, rule.sources, rule.baseline) for rule in rules.rules if rule.baseline is not None
    ]
    for name in baselines.evaluate(engine, watches, org.networks):
        why = "no evidence to check: nobody was seen on enough earlier days to tell what is new"
        silent[name] = Skip(None, f"rule {name}", why, "note")


def _nothing(engine: Engine) -> Detected:
    engine.register("hits", findings.HITS, ())
    engine.register("theft_events", suspects.THEFT, ())
    return Detected((), (Skip(None, "rules", "no evidence to check: there are no events", "note"),))


def _grouped(silent: Iterable[Skip]) -> list[Skip]:
    """Joins notes with the same reason into one; failures stay one by one."""
    notes: dict[str, list[str]] = {}
    failed: list[Skip] = []
    for skip in silent:
        if skip.level == "note":
            notes.setdefault(skip.why, []).append(skip.what.removeprefix("rule "))
        else:
            failed.append(skip)
    named = {why: sorted(rules) for why, rules in notes.items()}
    return [
        *sorted(failed, key=lambda skip: skip.what),
        *(
            Skip(None, f"{'rule' if len(rules) == 1 else 'rules'} {', '.join(rules)}", why, "note")
            for why, rules in sorted(named.items(), key=lambda pair: pair[1])
        ),
    ]


def _correlations(engine: Engine, rules: RuleSet, org: Org, silent: dict[str, Skip]) -> list[Skip]:
    """Adds the hits of each correlation to `detect_hits`, so that later ones may build on them.

    A correlation that could not run joins `silent`.
    """
    parts = ["detect_kept"]
    skipped: list[Skip] = []
    _view(engine, parts)
    for number, rule in enumerate(order(rules)):
        found, kept = f"detect_correlated_{number}", f"detect_correlated_kept_{number}"
        try:
            ready = plan(rules, rule)
            reason = hopeless(ready, silent)
            if reason is not None:
                silent[rule.id] = reason
                continue
            engine.register(found, signatures.HITS, correlated(engine, ready))
            skipped += allow.set_aside(engine, found, kept, rules, [one for one in org.allow if _names(rule, one)])
        except Exception as error:  # noqa: BLE001 - one rule; the others go on
            why = f"could not run: {str(error).splitlines()[0]}"
            silent[rule.id] = Skip(None, f"rule {rule.id}", why, "failed")
            continue
        parts.append(kept)
        _view(engine, parts)
    return skipped


def _names(rule: Rule, entry: Allow) -> bool:
    return entry.rule.casefold() in (rule.id.casefold(), rule.uuid)


def _view(engine: Engine, parts: Sequence[str]) -> None:
    union = "\nUNION ALL\n".join(f"{UNION}{part}" for part in parts)
    engine.run([Step("detect_hits", union, keep="view")])
