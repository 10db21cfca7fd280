"""Checks are content; each runs its own samples, and the verdict names the settings that decide it."""

import pytest

from spillmark.review.checks import Check, Sample, Weak, evaluate, explain, is_weak, lint, load_checks
from spillmark.review.settings import Setting


def setting(path: str, value: str | None, line: int = 1) -> Setting:
    return Setting("E1", line, tuple(path.split(".")), value)


def test_every_check_passes_its_own_samples() -> None:
    assert lint() == ()
    assert len(load_checks()) >= 10


@pytest.mark.parametrize("check", load_checks(), ids=lambda check: check.id)
def test_every_check_explains_itself_with_its_source(check: Check) -> None:
    found = explain(check.id)
    assert found is not None
    assert dict(found.facts)["source"]


def test_a_weak_value_wins_over_a_sound_one_beside_it() -> None:
    check = next(one for one in load_checks() if one.id == "SF-SET-003")
    outcome = evaluate(
        check,
        [
            setting("ConnectedApp.0.oauthConfig.isDeviceFlowEnabled", "false"),
            setting("X.isDeviceFlowEnabled", "true", 9),
        ],
    )
    assert outcome.verdict == "found"
    assert [one.line for one in outcome.settings] == [9]


def test_siblings_narrow_a_check() -> None:
    check = Check(
        id="X",
        version=1,
        source="none",
        checked_on="2026-01-01",
        platform="salesforce",
        title="t",
        severity="low",
        reads="PermissionSet.*.on",
        weak=Weak(equals=True),
        says="s",
        fix="f",
        tests=(Sample({}, "no_evidence"),),
        only_if={"name": "Agents"},
    )
    other = [setting("PermissionSet.0.on", "true"), setting("PermissionSet.0.name", "Admins")]
    agents = [setting("PermissionSet.1.on", "true"), setting("PermissionSet.1.name", "agents")]
    assert evaluate(check, other).verdict == "no_evidence"
    assert evaluate(check, [*other, *agents]).verdict == "found"


@pytest.mark.parametrize(
    ("weak", "value", "expected"),
    [
        (Weak(equals=False), "False", True),
        (Weak(equals=False), None, False),
        (Weak(one_of=("Infinite",)), "infinite", True),
        (Weak(above=120), "120", False),
        (Weak(above=120), "720 minutes", True),
        (Weak(above=120), "never", False),
        (Weak(not_one_of=("Private",)), "Read", True),
    ],
)
def test_when_a_value_is_weak(weak: Weak, value: str | None, expected: bool) -> None:
    assert is_weak(weak, value) is expected
