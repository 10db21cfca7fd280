"""Portal and web logs: what servers, proxies and scanners write becomes events, a line each."""

import json
import re
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spillmark.engine.duckdb import DuckDBEngine
from spillmark.engine.interface import Engine
from spillmark.evidence.intake import collect
from spillmark.model.event import EVENT_COLUMNS
from spillmark.normal.events import Normalised, normalise
from spillmark.normal.mapping import load_mappings

AT = "[15/Jul/2025:14:10:31 +0000]"


@pytest.fixture
def engine() -> Iterator[Engine]:
    made = DuckDBEngine(threads=1)
    yield made
    made.close()


def read(engine: Engine, folder: Path, text: str, name: str = "access.log") -> tuple[Normalised, list[dict[str, Any]]]:
    """Takes a file in as evidence and gives its events in order of their rows."""
    given_ = folder / "given"
    given_.mkdir(exist_ok=True)
    (given_ / name).write_text(text, encoding="utf-8", newline="")
    intake = collect([given_ / name], folder / "work", recognisers=load_mappings().recognisers)
    result = normalise(engine, intake.items)
    rows = engine.rows('SELECT * FROM events ORDER BY "row"')
    return result, [dict(zip(EVENT_COLUMNS, row, strict=True)) for row in rows]


def test_every_line_is_an_event_however_many_commas_it_has(engine: Engine, tmp_path: Path) -> None:
    agent = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0"
    lines = [f'192.0.2.{n} - - {AT} "GET /claims/{n},a HTTP/1.1" 200 {n} "-" "{agent}"' for n in range(1, 121)]
    result, events = read(engine, tmp_path, "\n".join(lines) + "\n")
    assert (result.evidence[0].kind, result.evidence[0].rows, result.evidence[0].events) == ("web_access", 120, 120)
    assert result.skipped == ()
    assert [event["row"] for event in events] == list(range(1, 121))
    assert (events[6]["object_name"], events[6]["bytes"], events[6]["user_agent"]) == ("/claims/7,a", 7, agent)


def test_what_scanners_send_is_kept_and_what_is_no_line_is_said(engine: Engine, tmp_path: Path) -> None:
    good = [f'192.0.2.{n} - - {AT} "GET /{n} HTTP/1.1" 200 5' for n in range(1, 41)]
    odd = [
        f'192.0.2.200 - - {AT} "\\x16\\x03\\x01\\x00" 400 226 "-" "-"',
        f'192.0.2.201 - - {AT} "" 408 - "-" "-"',
        f'192.0.2.202 - - {AT} "GET /\\"><script>alert(1)</script> HTTP/1.1" 404 9 "-" "() {{ :; }}; \\"x\\""',
        f'192.0.2.203 - - {AT} "SSTP_DUPLEX_POST /sra_{{BA}}/ HTTP/1.1" 501 0',
    ]
    result, events = read(engine, tmp_path, "\n".join([*good, *odd, "cut off", ""]))
    assert len(events) == 44
    assert [(e["operation"], e["object_name"], e["status"]) for e in events[40:]] == [
        (None, "\\x16\\x03\\x01\\x00", "failure"),
        (None, None, "failure"),
        ("GET", '/\\"><script>alert(1)</script>', "failure"),
        (None, "SSTP_DUPLEX_POST /sra_{BA}/ HTTP/1.1", "failure"),
    ]
    assert [event["activity"] for event in events[40:]] == ["400", "408", "404", "501"]
    assert [s.why for s in result.skipped] == ["1 records are of no kind that a mapping knows, the first is record 45"]


def test_an_extended_log_is_read_by_its_headers(engine: Engine, tmp_path: Path) -> None:
    text = """#Software: Microsoft Internet Information Services 10.0
#Version: 1.0
#Date: 2025-07-15 14:00:00
#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) sc-status sc-bytes
2025-07-15 14:10:31 192.0.2.1 GET /portal/customer.aspx id=17 443 BRACKWATER\\dana 203.0.113.77 curl/8.5.0+(x) 200 512
#Fields: time date c-ip cs-method cs-uri-stem sc-status
14:11:00 2025-07-15 2001:db8::7 POST /login 401
14:12:00 2025-07-15 2001:db8::7
"""
    result, events = read(engine, tmp_path, text, "u_ex250715.log")
    assert [event["source"] for event in events] == ["web.iis", "web.iis"]
    assert [event["row"] for event in events] == [5, 7]
    first, second = events
    assert first["time"].isoformat() == "2025-07-15T14:10:31"
    assert (first["user"], first["src_ip"], first["user_agent"]) == (
        "BRACKWATER\\dana",
        "203.0.113.77",
        "curl/8.5.0 (x)",
    )
    assert (first["object_name"], first["bytes"], first["status"]) == ("/portal/customer.aspx?id=17", 512, "success")
    assert (second["object_name"], second["user"], second["status"]) == ("/login", None, "failure")
    assert "3 values where #Fields: names 6" in result.skipped[0].why


def test_json_lines_of_several_servers_in_one_file(engine: Engine, tmp_path: Path) -> None:
    nginx = {
        "time_iso8601": "2025-07-15T14:10:31Z",
        "remote_addr": "192.0.2.1",
        "request": "GET /a HTTP/1.1",
        "status": "200",
    }
    caddy = {"ts": 1752588631.5, "request": {"remote_ip": "192.0.2.2", "method": "GET", "uri": "/b"}, "status": 404}
    cloudflare = {"ClientIP": "192.0.2.3", "EdgeStartTimestamp": "2025-07-15T14:10:33Z", "ClientRequestURI": "/c"}
    other = {"level": "info", "msg": "started"}
    _, events = read(engine, tmp_path, "".join(json.dumps(one) + "\n" for one in (nginx, caddy, cloudflare, other)))
    assert [(event["source"], event["object_name"]) for event in events] == [
        ("web.nginx_json", "/a"),
        ("web.caddy", "/b"),
        ("web.cloudflare", "/c"),
    ]


def test_the_forwarded_address_is_never_the_address(engine: Engine, tmp_path: Path) -> None:
    line = f'192.0.2.14 - - {AT} "GET /a HTTP/1.1" 200 1 "-" "curl/8.5.0" "203.0.113.5, 198.51.100.7"\n'
    _, (event,) = read(engine, tmp_path, line)
    assert (event["src_ip"], event["src_location"]) == ("192.0.2.14", "203.0.113.5")


LINES = [m for m in load_mappings().every if m.recognise.lines is not None and m.kind == "web_access"]


@pytest.mark.parametrize("mapping", LINES, ids=lambda mapping: str(mapping.id))
@pytest.mark.parametrize("piece", ['"', '\\"', '""', " ", "a,", "[", "] ", "1.", ":", "x" * 7, "{", '" "', "- "])
def test_no_line_makes_a_pattern_run_away(mapping: Any, piece: str) -> None:
    pattern = re.compile(mapping.recognise.lines)
    whole = str(mapping.samples[0].record["text"])
    with bounded(20):
        for cut in range(0, len(whole), 9):
            pattern.match((whole[:cut] + piece * 4096)[:4096])


@contextmanager
def bounded(seconds: int) -> Iterator[None]:
    """Stops what would run for ever: linear work takes some milliseconds of the processor, what runs away hours."""

    def stop(number: int, frame: object) -> None:
        raise AssertionError("the pattern runs away")

    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


WORD = st.text(st.characters(codec="ascii", categories=["L", "N"]), min_size=1, max_size=12)


@given(
    host=st.one_of(st.none(), WORD.map(lambda w: f"{w}.example:443")),
    address=st.one_of(st.ip_addresses(v=4).map(str), st.just("2001:db8::17")),
    user=st.one_of(st.just("-"), WORD),
    path=WORD,
    code=st.integers(100, 599),
    agent=st.text(
        st.characters(codec="ascii", exclude_characters='"\\', categories=["L", "N", "P", "Zs"]), max_size=40
    ),
    wrapped=st.booleans(),
)
def test_the_parts_come_back(
    host: str | None, address: str, user: str, path: str, code: int, agent: str, wrapped: bool
) -> None:
    pattern = re.compile(str(next(m for m in LINES if m.id == "web.access").recognise.lines))
    line = f'{f"{host} " if host else ""}{address} - {user} {AT} "GET /{path} HTTP/1.1" {code} 5 "-" "{agent}"'
    found = pattern.match(f'"{line}"' if wrapped else line)
    assert found is not None
    assert (found["client"] or found["first"], found["name"], found["path"]) == (address, user, f"/{path}")
    assert (found["code"], found["agent"]) == (str(code), agent)
