"""The facts on which the laws are evaluated, in the shape of the duties contract; None is unknown."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from spillmark.duties.moments import Moment, order_key
from spillmark.model.org import Organisation, Party
from spillmark.model.terms import Role


@dataclass(frozen=True)
class Residents:
    """Persons of one residence: how many, which data; `elements` are finer ids of statutes, stated to be there."""

    residence: str | None = None
    count: int | None = None
    data_classes: tuple[str, ...] | None = None
    elements: tuple[str, ...] = ()
    minors: int | None = None


@dataclass(frozen=True)
class Circumstances:
    """What happened; `kind` access | acquisition | access_and_acquisition | use | loss | unavailability."""

    kind: str | None = None
    acquisition_excluded: bool | None = None
    encrypted: bool | None = None
    key_taken: bool | None = None
    backup_available: bool | None = None
    malicious: bool | None = None
    harm: bool | None = None  # True likely, False unlikely
    harm_documented: bool | None = None
    vectors: tuple[str, ...] | None = None


@dataclass(frozen=True)
class Facts:
    """All facts; `clock` has moments by event, `parties` their clocks by position in `party_clocks`."""

    law_as_of: date | None = None
    organisation: Organisation = field(default_factory=Organisation)
    role: Role | None = None
    parties: tuple[Party, ...] = ()
    party_clocks: tuple[Mapping[str, Moment], ...] = ()
    incident: Circumstances = field(default_factory=Circumstances)
    clock: Mapping[str, Moment] = field(default_factory=dict)
    people: tuple[Residents, ...] | None = None
    total: int | None = None
    notes: tuple[str, ...] = ()

    @property
    def law_day(self) -> date | None:
        """The day whose law is applied: as given, else the day of the earliest clock event."""
        if self.law_as_of is not None:
            return self.law_as_of
        moments = sorted(self.clock.values(), key=order_key)
        return moments[0].day if moments else None
