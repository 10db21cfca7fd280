"""The same record in two files of one log, or twice in one file, is one event.

Downloads overlap: a day's file repeats its hours' files (Salesforce, Event Log File, Interval Hourly and Daily), an
export is made again a week later, a delivery arrives twice. Counted twice, such a record would double hits, rows and
the persons concerned. Records are the same when they are alike in every field, those that no column holds included.

Where the vendor gives no id of an event or a request, records that are alike may be two acts within one second: within
one file each of them stays, and only other files' copies of them are left out.
"""

from dataclasses import dataclass

from spillmark.engine.interface import Engine, Step, identifier
from spillmark.model.event import EVENT_COLUMNS

PLACE = ("evidence", "row", "part")
ALIKE = ("source", "time", "event_id", "request_id")
"""Few columns that tell nearly all events apart, so that only the rest is compared in every column."""


@dataclass(frozen=True)
class Repeated:
    """Of one file: how many records stand elsewhere too and are left out here, and the first of them."""

    source: str
    count: int
    first: int


def find_repeats(engine: Engine, source: str, table: str) -> dict[tuple[str, str], Repeated]:
    """Makes `table` (evidence, row, part, source) of the repetitions in `source`; of equal records the first by
    evidence number and row is none.

    Gives what was found by evidence id and log; where that is nothing there is no table.
    """
    engine.run([Step("repeats_alike", _alike(source))])
    if not any(True for _ in engine.rows("SELECT 1 FROM repeats_alike LIMIT 1")):
        return {}
    engine.run([Step(table, _repeats(source))])
    counted = f"""
        SELECT evidence, source, count(DISTINCT "row"), min("row")
        FROM {identifier(table)}
        GROUP BY evidence, source
        ORDER BY evidence, source
    """
    return {
        (str(evidence), str(log)): Repeated(str(log), int(str(count)), int(str(first)))
        for evidence, log, count, first in engine.rows(counted)
    }


def _alike(source: str) -> str:
    columns = ", ".join(map(identifier, ALIKE))
    return f"""
        SELECT {columns}
        FROM {identifier(source)}
        GROUP BY {columns}
        HAVING count(*) > 1
    """


def _repeats(source: str) -> str:
    """The records to leave out; `nth` tells apart records of one file that are alike and carry no id."""
    same = " AND ".join(f"a.{c} IS NOT DISTINCT FROM e.{c}" for c in map(identifier, ALIKE))
    whole = ", ".join(identifier(name) for name in EVENT_COLUMNS if name not in (*PLACE, "findings"))
    return f"""
        WITH candidates AS (
            SELECT e.*
            FROM {identifier(source)} AS e
            SEMI JOIN repeats_alike AS a
                ON {same}
        ),
        numbered AS (
            SELECT
                *,
                CASE
                    WHEN event_id IS NULL AND request_id IS NULL
                    THEN row_number() OVER (PARTITION BY evidence, {whole} ORDER BY "row", "part")
                END AS nth
            FROM candidates
        ),
        placed AS (
            SELECT
                evidence,
                "row",
                "part",
                source,
                row_number() OVER (PARTITION BY {whole}, nth ORDER BY length(evidence), evidence, "row", "part") AS copy
            FROM numbered
        )
        SELECT evidence, "row", "part", source
        FROM placed
        WHERE copy > 1
    """
