"""The page holds what it promises: it resolves, escapes, measures up and never reaches out."""

import re
from base64 import b64encode
from dataclasses import replace
from functools import cache
from hashlib import sha256
from itertools import pairwise

import pytest
from selectolax.lexbor import LexborHTMLParser, LexborNode

from spillmark.model.case import Case
from spillmark.output import html
from spillmark.output.html import ProofRow
from tests.output import cases

NAMES = ["empty", "rich", "hostile", "huge"]
PARTS = ["answers", "clocks", "timeline", "exposure", "findings", "weaknesses", "actions", "unseen", "annexes"]


@cache
def case(name: str) -> Case:
    made: Case = getattr(cases, name)()
    return made


@cache
def page(name: str) -> str:
    return html.render(case(name), cases.cited())


@cache
def tree(name: str) -> LexborHTMLParser:
    return LexborHTMLParser(page(name))


def texts(node: LexborNode | LexborHTMLParser, selector: str) -> list[str]:
    return [" ".join(one.text().split()) for one in node.css(selector)]


def section(name: str, ident: str) -> LexborNode:
    found = tree(name).css_first(f"#{ident}")
    assert found is not None
    return found


@pytest.mark.parametrize("name", NAMES)
def test_every_reference_resolves(name: str) -> None:
    ids = [node.attributes["id"] for node in tree(name).css("[id]")]
    assert len(ids) == len(set(ids)), "an id stands twice"
    links = [node.attributes["href"] or "" for node in tree(name).css("a")]
    assert links
    assert all(link.startswith("#") for link in links)
    assert not {link[1:] for link in links} - set(ids)


@pytest.mark.parametrize("name", NAMES)
def test_nothing_runs_and_nothing_is_fetched(name: str) -> None:
    source = page(name)
    tags = {node.tag for node in tree(name).css("*")}
    assert not tags & {"script", "iframe", "object", "embed", "link", "img", "form", "input", "base", "image", "use"}
    assert not re.search(r"(?i)https?://|url\(|@import", source)
    for node in tree(name).css("*"):
        for attribute, value in node.attributes.items():
            assert not attribute.startswith("on"), f"{node.tag} has {attribute}"
            assert attribute not in {"src", "srcset", "style", "xlink:href", "action"}
            assert attribute != "href" or (value or "").startswith("#")


@pytest.mark.parametrize("name", NAMES)
def test_the_policy_allows_only_the_own_style(name: str) -> None:
    metas = [node.attributes for node in tree(name).css("meta[http-equiv]")]
    policy = next(meta["content"] or "" for meta in metas if meta["http-equiv"] == "Content-Security-Policy")
    style = re.search(r"<style>(.*?)</style>", page(name), re.DOTALL)
    assert style is not None
    digest = b64encode(sha256(style.group(1).encode()).digest()).decode()
    assert policy == f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"


@pytest.mark.parametrize("name", NAMES)
def test_headings_run_in_order(name: str) -> None:
    levels = [int((node.tag or "")[1:]) for node in tree(name).css("h1, h2, h3, h4, h5, h6")]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(later - earlier <= 1 for earlier, later in pairwise(levels))


@pytest.mark.parametrize("name", NAMES)
def test_the_page_can_be_walked_without_eyes(name: str) -> None:
    html_node = tree(name).css_first("html")
    assert html_node is not None
    assert html_node.attributes["lang"] == "en"
    assert [len(tree(name).css(tag)) for tag in ("header", "nav", "main", "footer")] == [1, 1, 1, 1]
    skip = tree(name).css_first("a.skip")
    assert skip is not None
    assert skip.attributes["href"] == "#answers"
    for table in tree(name).css("table"):
        assert table.css_first("caption") is not None
        assert all(node.attributes.get("scope") in {"col", "row"} for node in table.css("th"))
        assert table.attributes["role"] == "table"
        assert all(node.attributes.get("role") for node in table.css("tr, th, td, thead, tbody"))
    for drawing in tree(name).css("svg"):
        assert drawing.attributes["role"] == "img"
        assert drawing.attributes["aria-label"]


@pytest.mark.parametrize("name", NAMES)
def test_the_parts_stand_in_their_order(name: str) -> None:
    assert [node.attributes["id"] for node in tree(name).css("main > section")] == PARTS
    strip = section(name, "answers").parent
    assert strip is not None
    assert texts(section(name, "answers"), ".box h3") == [
        "What happened",
        "Why it matters",
        "Whose data",
        "What to do now",
    ]
    shown = texts(tree(name), "header")[0]
    assert "TLP:AMBER" in shown
    assert "Not legal advice" in shown


@pytest.mark.parametrize("name", NAMES)
def test_the_page_stays_below_two_megabytes(name: str) -> None:
    assert len(page(name).encode()) < 2_000_000


def test_a_page_that_would_be_too_heavy_is_written_with_less() -> None:
    heavy = case("huge")
    long = "every word counts " * 200
    duties = tuple(replace(one, content=(long,) * 60, why=(long,) * 60) for one in heavy.duties)
    source = html.render(replace(heavy, duties=duties), {})
    assert len(source.encode()) < 2_000_000
    assert re.search(r"\b(100|50|25) of 5,000 shown", source)


def test_long_tables_say_what_they_leave_out() -> None:
    source = " ".join(texts(tree("huge"), "main"))
    assert "100 of 5,000 shown, full list in case.json." in source
    assert "100 of 3,000 shown, full list in people.parquet." in source
    assert "and 57 more" in texts(tree("huge"), ".refs .more")
    some = html.render(replace(cases.rich(), skipped=cases.rich().skipped * 100))
    assert "200 of 400 shown, full list in case.json." in some


def test_the_same_case_gives_the_same_page() -> None:
    again = html.render(cases.rich(), dict(reversed(cases.cited().items())))
    assert again == page("rich")


def test_hostile_text_is_shown_as_text() -> None:
    shown = " ".join(texts(tree("hostile"), "body"))
    for attack in ("<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "</style></title><style>", "{{ 7*7 }}"):
        assert attack in shown
    assert "hxxps://evil[.]example" in shown
    assert "\\x1b[2J" in shown
    assert "\\u202egnp.exe" in shown
    assert not re.search("[\u202a-\u202e\u2066-\u2069\u200b-\u200f\ufeff\x1b]", page("hostile"))


def test_every_sentence_carries_its_references() -> None:
    for sentence in section("rich", "answers").css(".box p"):
        assert sentence.css(".refs a"), sentence.text()
    for row in section("rich", "timeline").css("tbody tr"):
        assert row.css(".refs a"), row.text()


def test_claimed_and_measured_never_share_a_table() -> None:
    for table in section("rich", "exposure").css("table"):
        caption = texts(table, "caption")[0]
        shown = " ".join(texts(table, "tbody"))
        if caption == "Claims about the exposure":
            assert "1,188" not in shown
        elif caption != "Public statements that the evidence does not bear out":
            assert "400 people" not in shown
            assert "90,000" not in shown
    conflict = section("rich", "exposure").css("table")[-1]
    assert texts(conflict, "thead th") == ["Statement", "Claimed", "Measured", "Proof"]


def test_times_are_said_in_utc_and_in_the_given_offset() -> None:
    clocks = " ".join(texts(section("rich", "clocks"), "table"))
    assert "21 Jul 2025 09:00:00 UTC" in clocks
    assert "11:00:00 on 21 Jul 2025 (UTC+02:00)" in clocks
    assert "1 hour left" in clocks
    assert "Clock not started" in clocks


def test_laws_that_do_not_apply_are_folded_away() -> None:
    folded = section("rich", "clocks").css_first("details.fold")
    assert folded is not None
    assert "open" not in folded.attributes
    assert "No affected person resides in Texas." in folded.text()


def test_findings_of_no_weight_are_folded_away_and_still_reached() -> None:
    quiet = replace(cases.rich().findings[0], id="F99", rule="base-1", severity="informational")
    shown = LexborHTMLParser(html.render(replace(cases.rich(), findings=(*cases.rich().findings, quiet))))
    assert [node.attributes["id"] for node in shown.css("#findings details.fold tbody tr")] == ["F99"]
    alone = LexborHTMLParser(html.render(replace(cases.rich(), findings=(quiet,))))
    assert not alone.css("#findings details")


def test_an_actor_is_named_once_while_it_stays_the_same() -> None:
    who = texts(section("rich", "timeline"), 'td[data-label="Who"]')
    assert who[1:4] == ["dana.whitlock through Data Loader Pro", "the same", "the same"]


def test_gaps_in_logging_are_rows_and_bands() -> None:
    assert "Gap in logs" in " ".join(texts(section("rich", "timeline"), "tr.silence"))
    assert len(section("rich", "timeline").css("svg.at-wide rect.gap")) == 1


def test_cited_rows_are_masked_and_shown_once() -> None:
    shown = texts(tree("rich"), '[id="E11:7"]')
    assert len(shown) == 1
    assert "FirstName: M…; LastName: O…; Email: m…@example.org; Phone: …42; Birthdate: 1961…" in shown[0]
    assert "Oduya" not in page("rich")
    assert "m.oduya@example.org" not in page("rich")


def test_a_row_that_its_maker_masked_is_shown_as_given() -> None:
    source = html.render(cases.rich(), {"E3:142": ProofRow("Login, line 150", "USER: D. W. <b>")})
    assert "USER: D. W. &lt;b&gt;" in source
    assert "Login, line 150" in source


def test_quotes_stand_in_the_annex_of_references() -> None:
    shown = texts(tree("rich"), '[id="E1:120-188"]')
    assert "a caller who posed as the help desk talked an agent into it" in shown[0]


def test_quotes_carry_the_language_of_their_report() -> None:
    """WCAG 2.2, success criterion 3.1.2: the language of parts."""
    french = tuple(replace(one, language="fr") for one in cases.rich().reports)
    shown = LexborHTMLParser(html.render(replace(cases.rich(), reports=french)))
    assert {node.attributes["lang"] for node in shown.css("q")} == {"fr"}
    assert {node.attributes["lang"] for node in shown.css('[id="E1:120-188"] .content')} == {"fr"}
    assert not tree("hostile").css("q[lang]")


def test_references_names_the_rows_that_the_page_cites() -> None:
    wanted = html.references(cases.rich())
    assert {"E3:142", "E7:1", "E1:120-188", "E11:7", "E13:12"} <= set(wanted)
    assert all(re.fullmatch(r"E\d+:\d+(-\d+)?", one) for one in wanted)


def test_queries_are_masked() -> None:
    shown = " ".join(texts(section("rich", "exposure"), "pre"))
    assert "d…@brackwater.example" in shown
    assert "LastName LIKE 'O…'" in shown


@pytest.mark.parametrize("ident", PARTS[1:])
def test_an_empty_part_says_why(ident: str) -> None:
    said = texts(section("empty", ident), ".empty")
    assert said
    assert all(re.fullmatch(r"(No|Nothing|Everything|This page)\b.*\.", one) for one in said)


def test_nothing_given_is_said_as_no_evidence_to_check() -> None:
    assert "No evidence to check: no logs were given." in texts(section("empty", "findings"), ".empty")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_contrast_is_enough(scheme: str) -> None:
    """WCAG 2.2, success criterion 1.4.3: 4.5 to 1 for text."""
    blocks = re.findall(r":root \{(.*?)\}", page("empty"), re.DOTALL)
    colours = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{3,6});", blocks[0 if scheme == "light" else 1]))
    for ground in ("paper", "wash"):
        for ink in ("ink", "soft", "link", "bad", "warn"):
            assert contrast(colours[ink], colours[ground]) >= 4.5, f"{ink} on {ground}"
    for tone in ("bad", "warn", "calm", "note"):
        assert contrast(colours[tone], colours[f"{tone}-wash"]) >= 4.5, tone
    assert contrast(colours["link"], colours["warn-wash"]) >= 4.5
    assert contrast("#ffc000", "#000000") >= 4.5


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: str) -> float:
    digits = colour[1:] if len(colour) == 7 else "".join(digit * 2 for digit in colour[1:])
    parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
