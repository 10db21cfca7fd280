"""The theft of an integration's token, from a timeline to logs; a real one is measured where its path is given."""

import json
import os
from collections import Counter
from pathlib import Path

import duckdb
import pytest

from tests.golden import CASES, build
from tests.rehearse.play import log, rows
from tests.unc6395 import HONEST_IPS, convert

INVENTED = CASES / "stolen-token" / "timeline.jsonl"
HARMLESS = {"informational", "low"}
GIVEN = os.environ.get("SPILLMARK_TIMELINE")


TIMELINES = pytest.mark.parametrize(
    "timeline", [INVENTED, *([Path(GIVEN)] if GIVEN else [])], ids=lambda path: path.stem
)


@TIMELINES
def test_every_salesforce_row_of_the_timeline_is_logged(timeline: Path, tmp_path: Path) -> None:
    told = [json.loads(line) for line in timeline.read_text(encoding="utf-8").splitlines()]
    made = convert(timeline, tmp_path, records=1234)
    wanted = [n for n, row in enumerate(told, 1) if row["channel"] in CHANNELS]
    assert {trace.step for trace in made.events} == {f"line {number}" for number in wanted}
    times = {
        trace.step: trace.time for trace in made.events if "ApiTotalUsage" in trace.file or "Login.csv" in trace.file
    }
    assert all(times[f"line {n}"] == told[n - 1]["time"] for n in wanted if told[n - 1]["channel"] != "bulk2_job_end")
    jobs = [row for row in log(tmp_path, "BulkApi2") if row["RECORDS_PROCESSED"]]
    assert [row["RECORDS_PROCESSED"] for row in jobs] == ["1234"]


CHANNELS = {"login", "rest", "query", "bulk2_job_create", "bulk2_job_end", "bulk2_job_delete"}


def test_only_the_address_and_the_agent_tell_the_thief_apart(tmp_path: Path) -> None:
    made = convert(INVENTED, tmp_path)
    usage = log(tmp_path, "ApiTotalUsage")
    thief = {trace.row for trace in made.events if "ApiTotalUsage" in trace.file}
    by = {stolen: [r for n, r in enumerate(usage, 1) if (n in thief) == stolen] for stolen in (True, False)}
    for column in ("USER_ID", "CONNECTED_APP_ID", "CONNECTED_APP_NAME"):
        assert {row[column] for row in by[True]} == {row[column] for row in by[False]}
    assert not {row["CLIENT_IP"] for row in by[True]} & set(HONEST_IPS)
    assert min(row["TIMESTAMP"] for row in by[False]) < "20250226"


def test_a_text_that_was_never_published_is_not_invented(tmp_path: Path) -> None:
    made = convert(INVENTED, tmp_path)
    silent = [t for t in made.events if t.step == "line 5"]
    assert Counter(Path(trace.file).stem for trace in silent) == {"RestApi": 1, "ApiTotalUsage": 1}
    rest = next(trace for trace in silent if "RestApi" in trace.file)
    assert rows(tmp_path / rest.file)[rest.row - 1]["QUERY"] == ""


@TIMELINES
def test_a_build_finds_every_row_of_the_thief_and_blames_nobody_else(timeline: Path, tmp_path: Path) -> None:
    made = convert(timeline, tmp_path / "evidence")
    outcome = build([made.evidence], tmp_path / "case", "2025-09-01T09:00:00Z")
    assert outcome.case is not None, outcome.printed
    paths = {one["id"]: one["path"] for one in outcome.case["evidence"]}
    weight = {finding["id"]: finding["severity"] for finding in outcome.case["findings"]}
    with duckdb.connect() as connection:
        file = outcome.folder / "events.parquet"
        kept = connection.execute(f"SELECT evidence, row, findings FROM read_parquet('{file}')").fetchall()
    named = {
        (paths[evidence], row): [weight[finding] for finding in findings or []] for evidence, row, findings in kept
    }
    guilty = {(trace.file, trace.row) for trace in made.events}
    assert guilty - set(named) == set(), "rows of the thief that the case does not hold"
    blamed = {place for place, weights in named.items() if place not in guilty and set(weights) - HARMLESS}
    assert blamed == set(), "rows of the honest integration that a finding of weight blames"
    told = {place for row in outcome.case["timeline"] for place in row["proof"]}
    assert {(paths[p.split(":")[0]], int(p.split(":")[1])) for p in told if p.startswith("E")} <= guilty
    assert {row["phase"] for row in outcome.case["timeline"]} >= {"access", "discovery", "exfiltration", "evasion"}
