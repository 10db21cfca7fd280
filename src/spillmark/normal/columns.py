"""How a mapping reaches the fields of a file: columns of a table, or places in a JSON record."""

import re
from collections.abc import Mapping as Map
from dataclasses import dataclass, field, replace
from typing import Protocol

from spillmark.engine.interface import identifier, literal
from spillmark.evidence.json_table import pointer
from spillmark.normal import path
from spillmark.normal.mapping import Mapping


class Fields(Protocol):
    """The fields of the records of a file; `zone` is that of times that name none."""

    @property
    def zone(self) -> str:
        """The zone, as the mapping or the user names it."""

    def within(self, mapping: Mapping) -> "Fields":
        """Gives the fields as a mapping sees them."""

    def expression(self, name: str) -> str | None:
        """Gives the SQL of a field of `r`, or None where the file has none; see `path` for what a name may say."""


@dataclass(frozen=True)
class TableFields:
    """The columns of a table by the vendor's name; case does not count.

    `lines` is a pattern of which the named groups are fields within the line of a text log.
    """

    of: Map[str, str]  # table column -> vendor's name
    lines: str | None = None
    zone: str = "UTC"

    def within(self, mapping: Mapping) -> "TableFields":
        """Gives the columns as a mapping sees them."""
        return replace(self, lines=mapping.recognise.lines, zone=mapping.zone or mapping.assumed)

    def find(self, name: str) -> tuple[str, ...]:
        """Gives the table columns that hold a field; several where a file spells its name in several ways."""
        return tuple(column for column, vendor in self.of.items() if vendor.lower() == name.lower())

    def expression(self, name: str) -> str | None:
        """Gives the SQL of a field; JSON in a cell is reached into."""
        exact = [f"r.{identifier(column)}" for column in self.find(name)]
        if exact:
            return exact[0] if len(exact) == 1 else f"coalesce({', '.join(exact)})"
        if self.lines is not None and name in re.compile(self.lines).groupindex and (text := self.expression("text")):
            return _group(text, self.lines, name)
        way = path.parse(name)
        if not way.hops or (base := self.expression(way.top)) is None:
            return None
        return path.sql(way, base)


def _group(text: str, pattern: str, name: str) -> str:
    """One named group. Every group is taken at once, in the same words for each field: the engine does it once a line,
    which is several times faster than a pattern a field."""
    compiled = re.compile(pattern)
    known = {place: group for group, place in compiled.groupindex.items()}
    names = ", ".join(literal(known.get(place, f"#{place}")) for place in range(1, compiled.groups + 1))
    return f"nullif(struct_extract(regexp_extract({text}, {literal(pattern)}, [{names}]), {literal(name)}), '')"


@dataclass(frozen=True)
class RecordFields:
    """The fields of JSON records, of which `names` are the outermost; case does not count for these.

    Every place that is asked for becomes a column of `relation`, so that a record is parsed once for all of them.
    Of the names, `texts` hold JSON that was written as a text.
    """

    names: tuple[str, ...]
    texts: frozenset[str] = frozenset()
    places: dict[str, str] = field(default_factory=dict)  # JSON pointer -> column
    zone: str = "UTC"

    def within(self, mapping: Mapping) -> "RecordFields":
        """Gives the fields as a mapping sees them, the places that are asked for among them."""
        return replace(self, zone=mapping.zone or mapping.assumed)

    def expression(self, name: str) -> str | None:
        """Gives the SQL of a field: the one of exactly this name, else the one that the path leads to."""
        found = [self._column(pointer(top)) for top in self._spelled(name)]
        way = path.parse(name)
        if way.hops:
            for top in self._spelled(way.top):
                plain = [part for hop in way.hops for part in hop.names]
                if top not in self.texts and all(hop.choice is None for hop in way.hops):
                    found.append(self._column(pointer(top, *plain)))
                else:
                    found.append(path.sql(way, self._column(pointer(top))))
        if not found:
            return None
        return found[0] if len(found) == 1 else f"coalesce({', '.join(found)})"

    def anew(self) -> "RecordFields":
        """Gives the same fields with no place asked for."""
        return RecordFields(self.names, self.texts)

    def relation(self, source: str, kept: str) -> str:
        """Gives the SELECT of `kept` columns of `source` (with `record`) and of every place asked for."""
        places = ", ".join(literal(place) for place in self.places)
        cells = "".join(f", nullif(cells[{n}], '') AS {column}" for n, column in enumerate(self.places.values(), 1))
        every = f", json_extract_string(record, [{places}]) AS cells" if self.places else ""
        return f"(SELECT {kept}{cells} FROM (SELECT {kept}{every} FROM {source}))"

    def _spelled(self, name: str) -> list[str]:
        return [own for own in self.names if own.lower() == name.lower()]

    def _column(self, place: str) -> str:
        return "r." + self.places.setdefault(place, f"c{len(self.places)}")
