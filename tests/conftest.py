"""What several rooms' tests share: the bundled example, built once."""

from pathlib import Path

import pytest
from hypothesis import settings

from tests.golden import Outcome, build

# No example is judged by its time: a busy machine is no fault of the code. The examples are the same on every run.
settings.register_profile("steady", deadline=None, derandomize=True)
settings.load_profile("steady")

EXAMPLE = Path(__file__).parent.parent / "examples" / "brackwater"
NOW = "2025-07-20T18:00:00Z"
"""The clock of the example, as the Makefile sets it."""


@pytest.fixture(scope="session")
def example_case(tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    """Gives the example as `make case` builds it; a test that changes the folder must copy it first."""
    outcome = build([EXAMPLE / "evidence"], tmp_path_factory.mktemp("example") / "case", NOW)
    assert outcome.case is not None, outcome.printed
    return outcome
