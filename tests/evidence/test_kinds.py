"""What a file is follows from what stands in it."""

import json
from pathlib import Path

import pytest

from spillmark.evidence.item import Recogniser
from spillmark.evidence.kinds import recognise

RECOGNISERS = (
    Recogniser("salesforce.elf", "elf", ("event_type", "timestamp")),
    Recogniser("salesforce.realtime", "rt", ("eventidentifier", "eventdate"), ("userid",), unwrap=("data.payload",)),
    Recogniser("salesforce.object", "login", ("logintime", "logintype", "userid")),
    Recogniser("okta", "okta", ("eventtype", "published", "actor")),
    Recogniser("google_workspace", "gw", ("actor", "events", "id.applicationname")),
)
EVENT = {"EventDate": "2025-07-15T14:15:02.120Z", "EventIdentifier": "x", "UserId": "0058Z000009kQvTQAU"}
FIELD = {"name": "Email", "type": "email"}
PROSE = "On 15 July attackers copied customer records from the company's Salesforce system, the insurer said on Monday."


def kind(tmp_path: Path, content: object) -> str:
    path = tmp_path / "thing.bin"
    text = content if isinstance(content, str) else json.dumps(content)
    path.write_text(text, encoding="utf-8")
    return recognise(path, RECOGNISERS).kind


@pytest.mark.parametrize(
    ("content", "want"),
    [
        ('"EVENT_TYPE","TIMESTAMP"\n"Login","20250715141031.482"\n', "salesforce.elf"),
        ('"EVENT_TYPE","TIMESTAMP"\n', "salesforce.elf"),
        ('{"event_type":"API","timestamp":"20201016100000.049"}\n' * 3, "salesforce.elf"),
        ([EVENT, EVENT], "salesforce.realtime"),
        ({"channel": "/event/ApiEventStream", "data": {"payload": EVENT}}, "salesforce.realtime"),
        ({"totalSize": 1, "done": True, "records": [EVENT]}, "salesforce.realtime"),
        ("Id,UserId,LoginTime,LoginType\n0Ya8Z00000aBcDeSAA,x,y,z\n", "salesforce.object"),
        ('"Id","Name"\n"0038Z00000aBcDeQAH","A"\n', "salesforce.export"),
        ('"ID","NAME"\n', "salesforce.export"),
        ([{"attributes": {"type": "Contact"}, "Id": "0038Z00000aBcDeQAH"}], "salesforce.export"),
        ({"name": "Contact", "fields": [FIELD]}, "salesforce.describe"),
        ([{"name": "Contact", "fields": [FIELD]}], "salesforce.describe"),
        ({"status": 0, "result": {"name": "Contact", "fields": [FIELD]}}, "salesforce.describe"),
        ({"ConnectedAppSettings": {"enableAdminApprovedAppsOnly": False}, "PermissionSet": []}, "salesforce.settings"),
        ('<?xml version="1.0"?><Profile xmlns="http://soap.sforce.com/2006/04/metadata"/>', "salesforce.settings"),
        ("SecuritySettings:\n  enableAdminLoginAsAnyUser: true\n", "salesforce.settings"),
        ("organisation:\n  name: Brackwater Life\nvendors: []\n", "org"),
        ("apps:\n  - {name: Warehouse Sync}\n", "org"),
        ("clock:\n  discovery: 2025-07-18\nincident: {kind: access}\n", "facts"),
        ({"eventType": "user.session.start", "published": "x", "actor": {}}, "okta"),
        ({"id": {"applicationName": "token"}, "actor": {}, "events": []}, "google_workspace"),
        ("first_name,last_name,email\nAvery,Stone,avery@example.com\n", "snapshot"),
        (PROSE, "report"),
        ("# Title\n\n" + PROSE, "report"),
        (f"<html><body><p>{PROSE}</p></body></html>", "report"),
        (f"From: a@example.com\nSubject: Notice\n\n{PROSE}", "report"),
        (f"<?xml version='1.0'?><rss><channel><item><title>{PROSE}</title></item></channel></rss>", "report"),
        ("", "unknown"),
        ("%PDF-1.7 something", "unknown"),
        ("a,b\n1,2\n", "unknown"),
        ("2025-07-15,avery@example.com,Avery\n2025-07-15,blake@example.com,Blake\n", "unknown"),
        ("2025-07-15T14:10:31Z host app: started\n" * 10, "unknown"),
        ({"some": "thing"}, "unknown"),
    ],
)
def test_kinds(tmp_path: Path, content: object, want: str) -> None:
    assert kind(tmp_path, content) == want


def test_csv_without_a_header_says_what_to_do(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("2025-07-15,avery@example.com,Avery\n2025-07-16,blake@example.com,Blake\n")
    assert "without a header line" in str(recognise(path).why)


def test_utf_16_is_recognised(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text('"EVENT_TYPE","TIMESTAMP"\n"Login","20250715141031.482"\n', encoding="utf-16")
    assert recognise(path, RECOGNISERS).kind == "salesforce.elf"


@pytest.mark.parametrize(
    "data",
    [
        b"\x00" * 1000,
        b"{" * 5000,
        b"[" * 100_000,
        b'{"a":' * 3000,
        b"<" * 5000,
        b'"' * 5000,
        b"\xff\xfe" + b"\x00\xd8" * 100,
        b"a: &a [x]\nclock: *a\nincident: *b\n",
        b"," * 20_000 + b"\n",
    ],
)
def test_hostile_beginnings_do_not_crash(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "x"
    path.write_bytes(data)
    assert recognise(path, RECOGNISERS).kind in {"unknown", "report", "facts"}
