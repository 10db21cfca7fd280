"""The shipped rules keep their promises, and lint notices rules that do not."""

from pathlib import Path

import pytest

from spillmark.detect.explain import explain
from spillmark.detect.lint import lint
from spillmark.detect.logsources import load_logsources
from spillmark.detect.rules import RuleSet, build_rules, load_rules
from tests.detect.events import rule

GOOD = """
status: experimental
description: An invented act.
references: [https://example.com/]
author: A
date: 2026-01-01
falsepositives: [none]
spillmark:
  version: 1
  checked_on: "2026-01-01"
  tests:
    - {name: yes, expect: hit, events: [{source: acme.log, activity: a}, {source: acme.log, activity: A}]}
    - {name: no, expect: silent, events: [{source: acme.log, activity: b}]}
""".replace("name: yes", "name: found").replace("name: no,", "name: passed,")
DETECTION = "detection:\n  s:\n    activity: a\n  condition: s"


def made(text: str) -> RuleSet:
    return build_rules([("rules/x.yml", text)], load_logsources())


def test_every_shipped_rule_passes_its_own_samples() -> None:
    assert lint() == ()


def test_a_good_rule_has_no_problem() -> None:
    assert lint(made(rule("AB-C-001", DETECTION, extra=GOOD))) == ()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("activity: A}", "activity: z}"), "expects a hit, 1 events were found"),
        (("activity: b", "activity: a"), "expects silence, 1 events were found"),
        (("activity: b", "acitvity: b"), "no column acitvity"),
        (("activity: b", "time: soon"), "soon"),
        (("author: A", ""), "no author"),
        (("expect: silent", "expect: hit"), "needs a sample that hits and one that stays silent"),
        (('  checked_on: "2026-01-01"', ""), "no version or checked_on"),
        (("  version: 1", "  version: 1\n  taints: [session]\n  building_block: true"), "building block must not mark"),
        (("  version: 1", "  version: 1\n  taints: [sesion]"), "taints"),
        (("  version: 1", "  version: 1\n  colour: red"), "colour"),
    ],
)
def test_lint_names_the_fault(change: tuple[str, str], said: str) -> None:
    problems = lint(made(rule("AB-C-001", DETECTION, extra=GOOD.replace(*change))))
    assert problems
    assert any(said in problem.what for problem in problems), problems
    assert all(problem.place.startswith("rules/x.yml") for problem in problems)


def test_rules_are_explained_by_name_and_uuid() -> None:
    rules = load_rules()
    for one in rules.rules:
        explained = explain(one.uuid, rules)
        assert explained == explain(one.id.lower(), rules)
        assert explained is not None
        assert explained.text
        assert dict(explained.facts)["severity"] == one.severity
    sequence = explain("SF-EXFIL-001", rules)
    assert sequence is not None
    assert sequence.kind == "correlation"
    assert "temporal_ordered of SF-RECON-004" in dict(sequence.facts)["correlates"]
    assert explain("NOSUCH", rules) is None


def test_rules_of_the_user_are_loaded_and_bad_ones_named(tmp_path: Path) -> None:
    (tmp_path / "a.yml").write_text(rule("MINE", DETECTION))
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "b.yaml").write_text("title: x\ndetection: {}\n")
    (tmp_path / "twice.yml").write_text(rule("SF-EXFIL-001", DETECTION))
    (tmp_path / "bytes.yml").write_bytes(b"\xff\xfe\x00")
    rules = load_rules([tmp_path])
    assert rules.find("MINE") is not None
    assert sorted(Path(problem.place.partition(":")[0]).name for problem in rules.problems) == [
        "b.yaml",
        "bytes.yml",
        "twice.yml",
    ]
    assert len(rules.rules) == len(load_rules().rules) + 1


def test_aliases_that_explode_are_refused() -> None:
    bomb = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
        f"{chr(98 + n)}: &{chr(98 + n)} [{','.join('*' + chr(97 + n) for _ in range(9))}]\n" for n in range(8)
    )
    rules = made(f"{bomb}title: t\nlogsource: {{product: acme}}\ndetection:\n  s: *i\n  condition: s\n")
    assert rules.rules == ()
    assert len(rules.problems) == 1
