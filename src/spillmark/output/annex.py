"""The annex of references: each cited row, quote, law and playbook once, so that every reference leads somewhere."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from spillmark.model.case import Case, CitedRow
from spillmark.output import claims, mask
from spillmark.output.proof import Citations, Reference, RefKind, parse


@dataclass(frozen=True)
class ProofRow:
    """A cited piece of evidence as it may be shown: its place in words, and its text, masked by whoever made it."""

    place: str
    text: str


@dataclass(frozen=True)
class Entry:
    """One line of the annex: the reference, where it points, and what stands there (empty where that is not known)."""

    anchor: str
    text: str
    place: str
    content: str
    quoted: bool = False


@dataclass(frozen=True)
class Part:
    """The entries of one kind under their heading; `evidence` is the E number where they are pieces of it."""

    title: str
    entries: tuple[Entry, ...]
    evidence: str = ""

    @property
    def verbatim(self) -> bool:
        """Whether the contents are evidence, to the letter or masked, and not our words."""
        return bool(self.evidence)


def shown(row: CitedRow | ProofRow) -> ProofRow:
    """Masks a cited row or passage; one that its maker has already turned into text stays as it is."""
    if isinstance(row, ProofRow):
        return row
    if row.fields.keys() == {"text"}:
        return ProofRow(row.place, mask.query(row.fields["text"]))
    return ProofRow(row.place, mask.row(row.fields))


def parts(
    case: Case, cited: Citations, rows: Mapping[str, CitedRow | ProofRow], *, on_page: frozenset[str]
) -> tuple[Part, ...]:
    """Lists what the page cites and does not show elsewhere, by evidence, then laws, playbooks and the rest."""
    places = {one.id: one.path for one in case.evidence}
    quotes = claims.quotes(case.incidents)
    open_ones = [one for one in cited.of("row", "text") if one.anchor not in on_page]
    found: dict[str, list[Entry]] = {}
    for one in sorted(open_ones, key=lambda ref: (int(ref.evidence[1:]), ref.start, ref.end, ref.kind)):
        found.setdefault(one.evidence, []).append(_piece(one, quotes, rows))
    listed = [
        Part(f"{ident}: {places.get(ident, 'not in the evidence register')}", tuple(found[ident]), ident)
        for ident in found
    ]
    titles = _titles(case)
    rest: tuple[tuple[str, tuple[RefKind, ...]], ...] = (
        ("Evidence", ("evidence",)),
        ("Laws", ("law",)),
        ("Playbooks", ("playbook",)),
        ("Findings, duties and actions that the tables above leave out", ("finding", "duty", "action")),
        ("References of no known kind", ("other",)),
    )
    for title, kinds in rest:
        entries = tuple(_named(one, case, places, titles) for one in cited.of(*kinds) if one.anchor not in on_page)
        listed += [Part(title, entries)] if entries else []
    return tuple(listed)


def rows_cited(cited: Citations) -> tuple[str, ...]:
    """Gives the cited rows and quotes as references."""
    return tuple(one.text for one in cited.of("row", "text"))


def anchors(idents: Iterable[str]) -> frozenset[str]:
    """Gives the anchors of ids that the page shows as rows of its tables."""
    return frozenset(parse(one).anchor for one in idents)


def _piece(one: Reference, quotes: Mapping[str, str], rows: Mapping[str, CitedRow | ProofRow]) -> Entry:
    spot = f"Record {one.start:,}" if one.kind == "row" else f"Characters {one.start:,} to {one.end:,}"
    given = rows.get(one.text)
    if given is not None:
        row = shown(given)
        return Entry(one.anchor, one.text, row.place, row.text, one.kind == "text")
    return Entry(one.anchor, one.text, spot, quotes.get(one.text, ""), one.kind == "text")


def _named(one: Reference, case: Case, places: Mapping[str, str], titles: Mapping[str, str]) -> Entry:
    match one.kind:
        case "evidence":
            return Entry(one.anchor, one.text, places.get(one.text, "not in the evidence register"), "")
        case "law":
            return Entry(one.anchor, one.text, *_law(one.text[1:], case))
        case "playbook":
            place = f"Playbook {one.text[1:]} of the content that built this case"
            return Entry(one.anchor, one.text, place, "")
        case _:
            known = one.text in titles
            told = "Told in full in case.json." if known else "Nothing in this case has this id."
            return Entry(one.anchor, one.text, titles.get(one.text, ""), told)


def _law(regime: str, case: Case) -> tuple[str, str]:
    duties = [duty for duty in case.duties if duty.regime == regime]
    if duties:
        held = ", ".join(duty.id for duty in duties[:20])
        return (
            f"{duties[0].citation} ({regime})",
            f"Duties: {held}. Confidence in our text of it: {duties[0].confidence}.",
        )
    idle = next((one for one in case.not_triggered if one.regime == regime), None)
    return (regime, f"Not triggered: {' '.join(idle.why)}") if idle else (f"{regime}, as the law packs have it", "")


def _titles(case: Case) -> dict[str, str]:
    titles = {one.id: one.title for one in case.findings}
    titles |= {one.id: f"{one.to} ({one.regime})" for one in case.duties}
    return titles | {one.id: one.what for one in case.actions}
