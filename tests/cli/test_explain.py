"""Every id that a case or the content shows can be explained, in words and as JSON."""

import json
from typing import Any

import pytest

from spillmark.case.playbooks import load_playbooks
from spillmark.cli import catalogue
from spillmark.cli.catalogue import explain
from spillmark.detect.rules import load_rules
from spillmark.duties.packs import load_packs
from spillmark.errors import UsageError
from spillmark.normal.mapping import load_mappings
from spillmark.review.checks import load_checks
from tests.cli.run import run
from tests.golden import Outcome

CONTENT = [
    *(rule.id for rule in load_rules().rules),
    *(pack.id for pack in load_packs()),
    *(playbook.id for playbook in load_playbooks()),
    *(check.id for check in load_checks()),
    *(mapping.id for mapping in load_mappings().every),
]


@pytest.mark.parametrize("ident", CONTENT)
def test_every_piece_of_content_explains_itself(ident: str) -> None:
    found = explain(ident, None, {})
    assert found.title
    assert found.text
    assert dict(found.facts)


def test_every_id_and_every_cited_row_of_a_case_can_be_explained(example_case: Outcome) -> None:
    case: dict[str, Any] = example_case.case
    parts = ("findings", "duties", "actions")
    idents = [entry["id"] for part in parts for entry in case[part]]
    cited = [json.loads(line)["ref"] for line in (example_case.folder / "cited.jsonl").read_text().splitlines()]
    idents += [*(item["id"] for item in case["evidence"]), cited[0], cited[-1]]
    for ident in idents:
        ran = run("explain", ident, "--case", example_case.folder)
        assert ran.code == 0, ran.err
        assert ran.out.startswith(f"{ident} ("), ran.out
    for law in {f"L{duty['regime']}" for duty in case["duties"]}:
        assert run("explain", law, "--case", example_case.folder).code == 0


def test_json_says_the_same(example_case: Outcome) -> None:
    said = json.loads(run("explain", "F1", "--case", example_case.folder, "--format", "json").out)
    assert said["id"] == "F1"
    assert said["kind"] == "finding"


def test_what_nothing_knows_is_an_error_with_a_next_step() -> None:
    with pytest.raises(UsageError, match="nothing is known"):
        explain("XX-404", None, {})


def test_all_content_passes_its_own_samples() -> None:
    checked = catalogue.lint()
    assert checked.problems == ()
    assert all(count > 0 for _, count in checked.counts)
