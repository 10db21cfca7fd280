"""Coverage names what is missing with restraint, and until when the platform keeps what is there."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from spillmark.engine.duckdb import DuckDBEngine
from spillmark.evidence.coverage import Retention, coverage
from spillmark.model.evidence import Coverage

START = datetime.fromisoformat("2025-07-01")  # a Tuesday
SHAPE = {"evidence": "VARCHAR", "row": "BIGINT", "time": "TIMESTAMP", "source": "VARCHAR"}


def covered(times: Iterable[datetime], **kept: Retention) -> tuple[Coverage, ...]:
    engine = DuckDBEngine(threads=1)
    engine.register("events", SHAPE, [("E1", row, time, "log") for row, time in enumerate(times, 1)])
    found = coverage(engine, kept)
    engine.close()
    return found


def days(*without: int, count: int = 20, step: int = 1) -> list[datetime]:
    return [START + timedelta(days=n, hours=9) for n in range(0, count, step) if n not in without]


def test_ends_retention_and_proof() -> None:
    (found,) = covered(days(), log=Retention(30))
    assert (found.start, found.end) == ("2025-07-01T09:00:00Z", "2025-07-20T09:00:00Z")
    assert found.retention_ends == "2025-07-31T09:00:00Z"
    assert found.proof == ("E1:1", "E1:20")
    assert found.gaps == ()


def test_missing_days_are_joined() -> None:
    (found,) = covered(days(8, 9, 14, count=27))
    assert [(gap.start, gap.end) for gap in found.gaps] == [
        ("2025-07-09T00:00:00Z", "2025-07-11T00:00:00Z"),
        ("2025-07-15T00:00:00Z", "2025-07-16T00:00:00Z"),
    ]


def test_a_lost_week_of_a_loud_log() -> None:
    loud = [time + timedelta(minutes=n) for time in days(*range(5, 12), count=20) for n in range(25)]
    (found,) = covered(loud)
    assert [(gap.start, gap.end) for gap in found.gaps] == [("2025-07-06T00:00:00Z", "2025-07-13T00:00:00Z")]
    assert covered(days(*range(5, 12), count=20))[0].gaps == ()


def test_free_weekends_and_rare_logs_are_no_gaps() -> None:
    weekends = [n for n in range(20) if (START + timedelta(days=n)).weekday() >= 5]
    assert covered(days(*weekends))[0].gaps == ()
    assert covered(days(step=4))[0].gaps == ()
    assert covered(days(count=3))[0].gaps == ()


def test_a_missing_hour_of_a_log_that_never_sleeps() -> None:
    hours = [START + timedelta(hours=n, minutes=30) for n in range(24 * 7) if n not in (50, 51)]
    (found,) = covered(hours)
    assert [(gap.start, gap.end) for gap in found.gaps] == [("2025-07-03T02:00:00Z", "2025-07-03T04:00:00Z")]
    nights = [time for time in hours if 8 <= time.hour < 18]
    assert covered(nights)[0].gaps == ()


def test_times_centuries_apart_cost_nothing() -> None:
    (found,) = covered([datetime.fromisoformat("1971-01-01"), *days(), datetime.fromisoformat("2199-01-01")])
    assert found.gaps == ()


def test_no_events_no_coverage() -> None:
    engine = DuckDBEngine(threads=1)
    assert coverage(engine, {}) == ()
    engine.close()
