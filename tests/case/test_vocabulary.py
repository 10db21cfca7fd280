"""Words for acts, severity and playbooks come from content that tests itself."""

import pytest

from spillmark.case import acts, playbooks, severity
from spillmark.case.playbooks import Playbook, Seen, applies, load_playbooks


def test_acts_pass_their_own_samples() -> None:
    assert acts.lint() == ()


def test_an_act_is_named_once_and_by_the_first_entry_that_holds() -> None:
    count = acts.meaning({"activity_name": "query", "query": "select  COUNT( ) from Case", "object": "Case"})
    assert (count.phase, count.content) == ("discovery", False)
    read = acts.meaning({"activity_name": "query", "query": "SELECT Id FROM Case", "object": "Case"})
    assert (read.phase, read.content) == ("collection", True)


def test_an_unknown_activity_is_said_with_the_log_s_own_words() -> None:
    got = acts.meaning({"activity_name": "frobnicate", "operation": "PUT", "object_name": "/x"})
    assert got.act == "frobnicate PUT /x"
    assert acts.meaning({}).act == "did something that the log does not name"


def test_braces_in_evidence_are_text() -> None:
    got = acts.meaning({"activity_name": "bulk_job_complete", "object": "{user}"})
    assert got.act == "completed a bulk query job on {user}"


def test_severity_passes_its_own_samples_and_scores_nothing_without_data() -> None:
    assert severity.lint() == ()
    assert severity.assess((), ()).level is None


@pytest.mark.parametrize(
    ("classes", "level"),
    [({"ip_address"}, "medium"), ({"name", "health"}, "very_high"), ({"name", "bank_account"}, "high")],
)
def test_severity_follows_the_highest_category(classes: set[str], level: str) -> None:
    assert severity.assess(classes, ("F1",)).level == level


def test_every_factor_of_the_severity_is_proven() -> None:
    score = severity.assess({"email", "name"}, ("F1", "F2"))
    assert all(factor.proof == ("F1", "F2") and factor.why for factor in score.factors)


def test_playbooks_pass_their_own_samples() -> None:
    assert playbooks.lint() == ()


def test_evidence_is_preserved_before_anything_is_revoked() -> None:
    order = [one.id for one in load_playbooks()]
    assert order.index("preserve-logs") < order.index("revoke-app-tokens")


@pytest.mark.parametrize("playbook", load_playbooks(), ids=lambda one: one.id)
def test_every_playbook_says_how_to_verify_and_where_it_comes_from(playbook: Playbook) -> None:
    assert playbook.verify
    assert playbook.source
    found = playbooks.explain(f"P{playbook.id}")
    assert found is not None
    assert found.id == playbook.id


def test_a_parent_technique_covers_its_children() -> None:
    training = next(one for one in load_playbooks() if one.id == "train-help-desk")
    assert applies(training, Seen(techniques=("T1566.004",)))
    assert not applies(training, Seen(techniques=("T1567",)))
