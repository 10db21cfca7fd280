"""The snapshot as it stood when a request was served: what existed then, and what may have been different.

A row created later is left out; one soft-deleted later is there again; one changed later is kept and flagged, because
its values then are not known. Source: Salesforce Object Reference, "System Fields" (a deletion sets SystemModstamp).
"""

from datetime import datetime

from spillmark.engine.interface import Engine, Step, identifier
from spillmark.scope.snapshot import Snapshot, SnapshotObject
from spillmark.soql.schema import ObjectSchema, Schema
from spillmark.soql.sql import timestamp


def schema_then(
    engine: Engine,
    snapshot: Snapshot,
    schema: Schema,
    *,
    start: datetime,
    end: datetime,
    deleted_too: bool,
    only: str | None = None,
) -> Schema:
    """Makes a view `then_<Object>` of each object and gives the schema over these views.

    `only` names the one object that is needed where a request reaches no other.

    `_changed` tells rows altered after `start` or of which that is not known; `_fresh` rows made between `start` and
    `end`, of which it is not known whether the request saw them; `_old` rows of which the copy does not show that
    they were there: it has no time after `end` and may be older, or none of their creation or deletion.
    """
    objects = []
    for known in schema.objects:
        if only is not None and known.name != only:
            continue
        found = snapshot.objects[known.name]
        view = f"then_{found.name}"
        engine.run([Step(view, _select(found, start, end, deleted_too=deleted_too), "view")])
        objects.append(ObjectSchema(known.name, view, known.fields, known.label))
    return Schema(tuple(objects))


def _select(found: SnapshotObject, start: datetime, end: datetime, *, deleted_too: bool) -> str:
    began, ended = timestamp(start), timestamp(end)
    deleted = found.column("IsDeleted")
    # A record that was deleted since was not deleted then, also for a filter on IsDeleted.
    as_then = "" if deleted is None else _undeleted(identifier(deleted), began)
    gone = "TRUE" if deleted_too else f"(NOT _deleted OR {_after(began)})"
    return f"""
        SELECT
            *{as_then},
            {_after(began)} AS _changed,
            coalesce(_created > {began}, FALSE) AS _fresh,
            coalesce(_seen <= {ended}, TRUE)
                OR _created IS NULL
                OR (_deleted AND _modified IS NULL) AS _old
        FROM {identifier(found.table)}
        WHERE coalesce(_created <= {ended}, TRUE)
            AND {gone}
    """


def _undeleted(column: str, began: str) -> str:
    return f" REPLACE (CASE WHEN _deleted AND {_after(began)} THEN 'false' ELSE {column} END AS {column})"


def _after(began: str) -> str:
    """Changed after that time, or not known to be unchanged; a row made later than that counts as changed too."""
    return f"coalesce(_modified > {began}, TRUE)"
