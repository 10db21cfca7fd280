"""Every step of a whole build is SQL that a translator for a second engine can read."""

from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlglot
from sqlglot.errors import ParseError

from spillmark.case.build import Request, Views, build
from spillmark.engine.duckdb import DuckDBEngine
from spillmark.engine.interface import Step
from spillmark.output import html, json
from spillmark.rehearse.generate import generate


class Recording(DuckDBEngine):
    """An engine that keeps every step that it ran."""

    steps: list[Step]

    def run(self, steps: Iterable[Step]) -> None:
        for step in steps:
            self.steps.append(step)
            super().run([step])


@pytest.fixture(scope="module")
def steps(tmp_path_factory: pytest.TempPathFactory) -> list[Step]:
    folder = tmp_path_factory.mktemp("portable")
    generate("helpdesk-call", folder, contacts=60)
    ran: list[Step] = []

    def opened(work: Path) -> Recording:
        engine = Recording(work)
        engine.steps = ran
        return engine

    request = Request((folder / "evidence",), folder / "case", datetime(2025, 7, 22, 9, tzinfo=UTC))
    build(request, opened, Views(json.render, html.render))
    return ran


def test_a_build_is_made_of_many_named_steps(steps: list[Step]) -> None:
    assert len({step.name for step in steps}) > 40
    assert all(step.name.isidentifier() or step.name.startswith("raw_") for step in steps)


def test_every_step_is_one_query_in_the_dialect(steps: list[Step]) -> None:
    unread = []
    for step in steps:
        try:
            parsed = sqlglot.parse(step.sql, read="duckdb")
        except ParseError as error:
            unread.append(f"{step.name}: {error}")
            continue
        if len(parsed) != 1 or parsed[0] is None or not isinstance(parsed[0], sqlglot.exp.Query):
            unread.append(f"{step.name}: {len(parsed)} statements, or no query")
    assert unread == []
