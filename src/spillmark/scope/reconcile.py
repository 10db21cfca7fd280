"""The log's count against the replay's, each difference explained in a plain sentence, or shown as unexplained."""

from collections.abc import Iterator

from spillmark.clock import iso
from spillmark.model.scope import ReplayedQuery
from spillmark.scope.replay import Counts, Outcome

NO_TEXT = "(the logs hold no text of this request)"


def reconcile(outcome: Outcome, *, visibility: str) -> ReplayedQuery:
    """Gives one way out as the case shows it; `visibility` is the sentence on what the reader could see."""
    found = outcome.exit
    counts = outcome.counts
    return ReplayedQuery(
        text=found.text or NO_TEXT,
        time=iso(found.left),
        rows_logged=found.rows,
        rows_replayed=None if counts is None or outcome.replay is None else counts.replayed,
        explained=tuple(_sentences(outcome, visibility)),
        proof=found.proof[:20],
    )


def unseen(outcome: Outcome) -> int | None:
    """Gives how many rows the log counts beyond the records that are known; None where the log counts nothing.

    A record whose id the log lists is known, and so counted among the taken records, even if no snapshot holds it.
    """
    found, counts = outcome.exit, outcome.counts
    if found.rows is None or found.counts_only or (outcome.replay is not None and outcome.replay.kind == "aggregate"):
        return None if found.rows is None else 0
    if outcome.complete_ids:
        return 0
    if counts is None:
        return max(0, found.rows - outcome.listed)
    return max(0, found.rows - counts.replayed - counts.fresh - counts.strangers)


def _sentences(outcome: Outcome, visibility: str) -> Iterator[str]:
    found, counts = outcome.exit, outcome.counts
    if found.counts_only:
        yield "it only counts: no content of a record left with this query"
        return
    if outcome.complete_ids:
        yield f"the log lists the id of each of the {_n(outcome.listed, 'record')} returned, so the records are certain"
    elif outcome.listed:
        yield f"the log lists the ids of {outcome.listed:,} of the records returned; these are certain"
    if found.downloaded is False:
        yield "no log shows that the result of this job was fetched; the records are kept as possible"
    if outcome.why_not is not None:
        yield f"not replayed: {outcome.why_not}"
    if counts is None or outcome.replay is None:
        yield from _without_replay(outcome)
        return
    if outcome.complete_ids:
        return
    yield from (f"on the replay: {note}" for note in outcome.replay.notes)
    if not outcome.stamped:
        yield f"the copy of {outcome.object} has no time of last change: any of its records may have changed since"
    yield from _state(counts)
    if outcome.replay.kind == "aggregate":
        yield "the query returns groups; the records behind the groups stand as possible"
        return
    yield from _comparison(outcome, counts, visibility)


def _without_replay(outcome: Outcome) -> Iterator[str]:
    found, counts = outcome.exit, outcome.counts
    if counts is not None:
        yield f"every record of {outcome.object} that existed then stands as possible: {counts.candidates:,}"
    if found.rows is not None and counts is None:
        yield f"the {_n(found.rows, 'row')} logged stand as records that no snapshot shows"


def _state(counts: Counts) -> Iterator[str]:
    if counts.later:
        yield f"created since: {_n(counts.later, 'record')} made after the request are left out"
    if counts.restored:
        yield f"deleted since: {_n(counts.restored, 'record')} now in the recycle bin were there and are counted"
    if counts.changed:
        yield f"changed since: {_n(counts.changed, 'matching record')} may have looked different then"
    if counts.kept:
        yield f"changed since: {_n(counts.kept, 'record')} that do not match now may have matched then: possible"
    if counts.old:
        yield f"the copy does not show that {_n(counts.old, 'record')} were there then: it may be older"
    if counts.fresh:
        yield f"created while the request ran: {_n(counts.fresh, 'record')} may or may not have been read"


def _comparison(outcome: Outcome, counts: Counts, visibility: str) -> Iterator[str]:
    found = outcome.exit
    assert outcome.replay is not None
    if found.rows is None:
        yield "no log counts the rows of this request, so the replay cannot be checked"
        return
    limit = outcome.replay.limit
    if limit is not None and found.rows >= limit and counts.candidates > found.rows:
        yield (
            f"limit: LIMIT {limit:,} let {found.rows:,} of {counts.candidates:,} matching records through; "
            "which ones the log does not tell"
        )
        return
    if outcome.agrees:
        yield from _agreement(outcome, counts, visibility)
    elif found.rows > counts.replayed:
        yield from _more(outcome, counts)
    else:
        yield from _fewer(outcome, counts, visibility)


def _agreement(outcome: Outcome, counts: Counts, visibility: str) -> Iterator[str]:
    rows = outcome.exit.rows
    if rows != counts.replayed:
        yield f"null rule: the count agrees with the {counts.sure:,} records that match if an empty field does not pass"
    yield f"count agrees: {rows:,} rows logged and replayed"
    if outcome.certain_by_count:
        yield f"nothing that decides the match was altered since, and {visibility}: these records are certain"
        return
    if outcome.altered:
        yield "what decides the match was altered since, or may have been; an equal count does not prove equal records"
    elif not outcome.replay or not outcome.replay.exact:
        yield "part of the query could not be replayed exactly, so the records stay possible"
    else:
        yield f"the records stay possible: {visibility}"


def _more(outcome: Outcome, counts: Counts) -> Iterator[str]:
    rows = outcome.exit.rows or 0
    missing = rows - counts.replayed - counts.fresh
    if missing <= 0:
        return
    upper = counts.candidates - counts.replayed
    if counts.kept and missing <= upper:
        yield f"{_n(missing, 'row')} more logged than replayed: changed since, or deleted for good since"
    else:
        yield f"deleted since: {_n(missing, 'row')} more logged than replayed, as of records that were deleted for good"


def _fewer(outcome: Outcome, counts: Counts, visibility: str) -> Iterator[str]:
    rows = outcome.exit.rows or 0
    fewer = counts.replayed - rows
    reasons = []
    if counts.changed:
        reasons.append(f"changed since ({counts.changed:,} matching records)")
    if "unrestricted" not in visibility:
        reasons.append("the reader may not have been allowed to see all records")
    if counts.sure < counts.replayed:
        reasons.append(f"null rule ({counts.replayed - counts.sure:,} records match only if an empty field passes)")
    said = "; or ".join(reasons) if reasons else "unexplained"
    yield f"{_n(fewer, 'row')} fewer logged than replayed: {said}"
    yield "records deleted for good since may be among the rows logged; these counts do not tell how many"


def _n(number: int, word: str) -> str:
    return f"{number:,} {word}{'' if number == 1 else 's'}"
