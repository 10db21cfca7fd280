"""The embedded engine: named steps, small tables in, rows and Parquet out; hostile names and texts stay as they are."""

import stat
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from spillmark.engine.duckdb import DuckDBEngine
from spillmark.engine.interface import Step, identifier, literal

MOMENT = datetime.fromisoformat("2025-07-15T14:10:00")
TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=40)


@pytest.fixture(scope="module")
def engine() -> Iterator[DuckDBEngine]:
    made = DuckDBEngine()
    yield made
    made.close()


def test_a_step_replaces_a_table_or_view_of_its_name(engine: DuckDBEngine) -> None:
    engine.run(
        [Step("thing", "SELECT 1 AS a"), Step("thing", "SELECT 2 AS a", keep="view"), Step("thing", "SELECT 3 AS a")]
    )
    assert engine.one("SELECT a FROM thing") == (3,)
    assert engine.columns("thing") == {"a": "INTEGER"}
    assert engine.exists("thing")
    assert not engine.exists("nothing")


def test_rows_are_read_while_other_statements_run(engine: DuckDBEngine) -> None:
    seen = 0
    for (number,) in engine.rows("SELECT range FROM range(25000)"):
        if number == 10:
            engine.run([Step("meanwhile", "SELECT 1 AS a")])
        seen += 1
    assert seen == 25_000


def test_registered_rows_keep_lists_times_and_nulls(engine: DuckDBEngine) -> None:
    columns = {"a": "VARCHAR", "b": "BIGINT", "c": "VARCHAR[]", "d": "TIMESTAMP"}
    rows = [("x", 1, ["p", "q"], MOMENT), (None, None, None, None), ("", 2, [], None)]
    engine.register("mixed", columns, rows)
    assert list(engine.rows("SELECT * FROM mixed")) == rows
    assert engine.columns("mixed") == columns


def test_no_rows_make_an_empty_table_with_its_columns(engine: DuckDBEngine) -> None:
    engine.register("empty", {"a": "VARCHAR"}, [])
    assert list(engine.rows("SELECT * FROM empty")) == []


def test_one_row_is_demanded(engine: DuckDBEngine) -> None:
    with pytest.raises(LookupError):
        engine.one("SELECT 1 WHERE false")


@given(text=TEXTS)
def test_a_text_of_evidence_stays_a_text(engine: DuckDBEngine, text: str) -> None:
    assert engine.one(f"SELECT {literal(text)}") == (text,)
    assert engine.one("SELECT ?", [text]) == (text,)


@given(name=TEXTS.filter(bool))
def test_a_name_of_evidence_stays_a_name(engine: DuckDBEngine, name: str) -> None:
    engine.register("named", {name: "VARCHAR"}, [("v",)])
    assert engine.one(f"SELECT {identifier(name)} FROM named") == ("v",)


def test_a_mistyped_table_does_not_bind_a_variable(engine: DuckDBEngine) -> None:
    secret = [1, 2, 3]
    with pytest.raises(duckdb.Error):
        list(engine.rows("SELECT * FROM secret"))
    assert secret


def test_nothing_is_loaded_from_the_network(engine: DuckDBEngine) -> None:
    with pytest.raises(duckdb.Error):
        list(engine.rows("SELECT * FROM read_csv('https://example.invalid/x.csv')"))


def test_an_export_is_whole_and_its_owner_s_only(engine: DuckDBEngine, tmp_path: Path) -> None:
    path = tmp_path / "it's.parquet"
    assert engine.export("SELECT range AS a FROM range(10)", path) == 10
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [entry.name for entry in tmp_path.iterdir()] == ["it's.parquet"]
    with pytest.raises(duckdb.Error):
        engine.export("SELECT nothing", path)
    assert engine.one(f"SELECT count(*) FROM read_parquet({literal(str(path))})") == (10,)
