"""What a rule says of itself, for people."""

from typing import Any

from spillmark.detect.rules import Rule, RuleSet, load_rules, references
from spillmark.model.content import Explanation


def explain(id: str, rules: RuleSet | None = None) -> Explanation | None:  # noqa: A002 - the name that all rooms use
    """Explains a rule by its name or UUID; None where there is no such rule."""
    known = load_rules() if rules is None else rules
    rule = known.find(id)
    if rule is None:
        return None
    return Explanation(
        id=rule.id,
        kind="rule" if rule.correlation is None else "correlation",
        title=rule.title,
        text=(*_paragraphs(rule.document), _marks(rule)),
        facts=tuple((name, value) for name, value in _facts(rule) if value),
    )


def _paragraphs(document: dict[str, Any]) -> tuple[str, ...]:
    described = str(document.get("description") or "").strip()
    return (described,) if described else ()


def _marks(rule: Rule) -> str:
    if not rule.meta.taints:
        return "A hit tells of an act; it does not mark other events as the thief's."
    return f"A hit marks the events of the same {', '.join(rule.meta.taints)} as the thief's."


def _facts(rule: Rule) -> list[tuple[str, str]]:
    document = rule.document
    return [
        ("uuid", rule.uuid),
        ("file", rule.place),
        ("version", str(rule.meta.version)),
        ("checked on", rule.meta.checked_on),
        ("severity", rule.severity),
        ("confidence", rule.meta.confidence),
        ("phase", rule.meta.phase),
        ("techniques", ", ".join(rule.techniques)),
        ("log sources", ", ".join(rule.sources)),
        ("correlates", _correlates(rule)),
        ("new against", _history(rule)),
        ("honest causes", "; ".join(str(one) for one in document.get("falsepositives") or ())),
        ("references", "; ".join(str(one) for one in document.get("references") or ())),
    ]


def _history(rule: Rule) -> str:
    if rule.baseline is None:
        return ""
    known = f"seen on {rule.baseline.days} days within at least {rule.baseline.history}"
    return f"the {rule.baseline.new}s of the same {' and '.join(rule.baseline.per)}, once {known}"


def _correlates(rule: Rule) -> str:
    if rule.correlation is None:
        return ""
    grouped = f" of the same {', '.join(rule.correlation.group_by)}" if rule.correlation.group_by else ""
    kind = str(rule.correlation.type)
    return f"{kind} of {', '.join(references(rule))}{grouped} within {rule.correlation.timespan.spec}"
