"""File order changes no byte of a case; splitting a file changes only `evidence` and the references into it."""

import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from spillmark.rehearse.generate import generate
from tests.golden import Outcome, build, copied, differences, readable, split_csv, without_places

NOW = "2025-07-22T09:00:00Z"


@pytest.fixture(scope="module")
def evidence(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("tiny")
    generate("helpdesk-call", place, contacts=60, seed=2, noise=0.2)
    (archive,) = place.glob("evidence/export/*.zip")
    shutil.unpack_archive(archive, archive.parent)  # so that a table of the export can be split as well
    archive.unlink()
    return place / "evidence"


@pytest.fixture(scope="module")
def plain(evidence: Path, tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    return whole(build(parts(evidence), tmp_path_factory.mktemp("plain") / "case", NOW))


def parts(evidence: Path) -> list[Path]:
    """Gives the entries of the evidence folder, each as an argument of its own."""
    return sorted(evidence.iterdir())


def whole(outcome: Outcome) -> Outcome:
    assert outcome.case is not None, outcome.printed
    return outcome


def document(outcome: Outcome) -> bytes:
    return (outcome.folder / "case.json").read_bytes()


@settings(max_examples=2, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_order_of_arguments_changes_no_byte(
    data: st.DataObject, evidence: Path, plain: Outcome, tmp_path_factory: pytest.TempPathFactory
) -> None:
    order = data.draw(st.permutations(parts(evidence)))
    shuffled = whole(build(order, tmp_path_factory.mktemp("shuffled") / "case", NOW))
    assert document(shuffled) == document(plain)


def test_order_in_which_files_were_written_changes_no_byte(evidence: Path, plain: Outcome, tmp_path: Path) -> None:
    other = copied(evidence, tmp_path / "evidence", backwards=True)
    again = whole(build(parts(other), tmp_path / "case", NOW))
    assert document(again) == document(plain)


@pytest.mark.parametrize(
    ("name", "share"), [("ApiTotalUsage", 0.3), ("BulkApi2", 0.5), ("Login", 0.0), ("Contact", 0.4)]
)
def test_splitting_a_file_changes_only_places(
    name: str, share: float, evidence: Path, plain: Outcome, tmp_path: Path
) -> None:
    other = copied(evidence, tmp_path / "evidence", backwards=False)
    path = next(other.rglob(f"{name}.csv"))
    split_csv(path, share)
    split = whole(build(parts(other), tmp_path / "case", NOW))
    changed = differences(without_places(plain.case), without_places(split.case))
    assert not changed, readable(changed)


def test_the_same_evidence_again_gives_the_same_bytes(evidence: Path, plain: Outcome, tmp_path: Path) -> None:
    again = whole(build(parts(evidence), tmp_path / "case", NOW))
    for name in ("case.json", "log.jsonl", "report.html", "taken.parquet", "people.parquet", "events.parquet"):
        assert (again.folder / name).read_bytes() == (plain.folder / name).read_bytes(), name
