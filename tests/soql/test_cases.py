"""Golden cases: rows, a query, and the records that it returns."""

from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.soql.copies import Copy, load

FILES = sorted((Path(__file__).parent / "cases").glob("*.yaml"))


@cache
def document(file: Path) -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load(file.read_text(encoding="utf-8"))
    return loaded


@cache
def copy(file: Path) -> Copy:
    return load(document(file)["objects"])


CASES = [
    pytest.param(file, case, id=f"{file.stem}: {case['why']}") for file in FILES for case in document(file)["cases"]
]


def named(ids: list[str]) -> list[str]:
    """Ids as the cases write them: the one letter that tells 18-character ids apart, else the id."""
    return [row[14] if len(row) == 18 else row for row in ids]


@pytest.mark.parametrize(("file", "case"), CASES)
def test_the_records_that_a_query_returns(file: Path, case: dict[str, Any]) -> None:
    replay, rows = copy(file).run(case["query"])
    assert named([row for row, _ in rows]) == case["ids"]
    assert named([row for row, certain in rows if certain]) == case.get("certain", case["ids"])
    assert replay.exact is case.get("exact", True)


@pytest.mark.parametrize(
    ("file", "case"),
    [c for c in CASES if "exclude" in c.values[1]],  # type: ignore[operator]
)
def test_the_other_rule_for_empty_fields(file: Path, case: dict[str, Any]) -> None:
    assert named(copy(file).ids(case["query"], nulls="exclude")) == case["exclude"]
