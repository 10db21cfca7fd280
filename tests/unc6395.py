"""Turns a timeline of a stolen integration token into Salesforce logs, with honest history of the same integration.

A timeline is JSON lines: time, src_ip, channel (login, rest, query, bulk2_job_create, bulk2_job_end, bulk2_job_delete;
others are no Salesforce events), method, uri, soql, identity. The timeline of a real theft is given by path (or by the
variable SPILLMARK_TIMELINE in tests); this project holds only an invented one of the same shape.

    python -m tests.unc6395 TIMELINE.jsonl OUT
"""

import json
import re
import sys
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from spillmark.rehearse import login
from spillmark.rehearse.dice import Dice
from spillmark.rehearse.ids import id18
from spillmark.rehearse.journal import Journal, Trace
from spillmark.rehearse.org import OPENED, User
from spillmark.rehearse.scenario import ConnectedApp, Platform
from spillmark.rehearse.session import Scribe, Session

PLATFORM = Platform("00D9Y000002TOKN", "9Y0", "tenant.my.salesforce.com")
APP_ID = "0H49Y0000008TOK"
HONEST_IPS = ("192.0.2.21", "192.0.2.22", "192.0.2.23")
HONEST_AGENT = "chat-connector/4.2 (Java/17)"
THIEF_AGENT = "python-requests/2.32.4"
BULK_QUERY = "SELECT Id, CaseNumber, Subject, Description, SuppliedName, SuppliedEmail, SuppliedPhone FROM Case"
VERSION = "58.0"
PREFIXES = {"User": "005", "Organization": "00D", "Account": "001", "Contact": "003", "Case": "500"}


@dataclass(frozen=True)
class Converted:
    """The evidence folder, the thief's rows in it, and the query of the bulk job that no timeline tells."""

    evidence: Path
    events: tuple[Trace, ...]
    bulk_query: str
    records: int


class Converter:
    """Walks the timeline once; a row without an address continues from the last one."""

    def __init__(self, timeline: list[dict[str, Any]], out: Path, *, records: int, seed: int) -> None:
        self._timeline = timeline
        self._records = records
        self._dice = Dice(seed, "timeline")
        self.journal = Journal(out)
        self._scribe = Scribe(PLATFORM, self.journal, Dice(seed, "timeline-log"))
        name = next((str(row["identity"]) for row in timeline if row.get("identity")), "Chat")
        self._app = ConnectedApp(name.split(" connected app")[0].strip(), APP_ID)
        short = "0059Y000001INTG"
        self._user = User(id18(short), "integration@tenant.example", "Chat", "Integration", "", "", "service", OPENED)
        self._session: Session | None = None
        self._job: tuple[str, str] | None = None

    def thief(self) -> None:
        """Logs every Salesforce row of the timeline."""
        for number, row in enumerate(self._timeline, 1):
            moment = datetime.fromisoformat(row["time"])
            step = f"line {number}"
            match row["channel"]:
                case "login":
                    self._session = self._open(row["src_ip"] or self._address())
                    login.log_in(self._scribe, self._session, self._scribe.call(moment, step))
                case "rest":
                    self._rest(row, moment, step)
                case "query":
                    self._query(row, moment, step)
                case "bulk2_job_create":
                    self._create(row, moment, step)
                case "bulk2_job_end":
                    self._end(moment, step)
                case "bulk2_job_delete":
                    self._delete(moment, step)

    def honest(self, days: int) -> None:
        """Logs the integration's own work from `days` before the theft to its end."""
        times = [datetime.fromisoformat(row["time"]) for row in self._timeline]
        day, end = min(times).replace(hour=0, minute=0, second=0) - timedelta(days=days), max(times)
        while day < end:
            for hour in range(6, 20, 2):
                self._work(day + timedelta(hours=hour, minutes=self._dice.below(100)))
            day += timedelta(days=1)

    def _open(self, ip: str, agent: str = THIEF_AGENT) -> Session:
        return self._scribe.session(self._user, self._app, ip, agent, browser=agent, version=VERSION)

    def _address(self) -> str:
        return "203.0.113.200" if self._session is None else self._session.ip

    def _at(self, row: dict[str, Any]) -> Session:
        session = self._session or self._open(row["src_ip"] or self._address())
        self._session = session if not row["src_ip"] else replace(session, ip=row["src_ip"])
        return self._session

    def _rest(self, row: dict[str, Any], moment: datetime, step: str) -> None:
        resource = re.sub(r"^/services/data/v[\d.]+", "", row["uri"])
        entity = re.match(r"/sobjects/(\w+)/", resource)
        call = self._scribe.call(moment, step)
        self._scribe.rest(self._at(row), call, row["method"] or "GET", resource, entity=entity[1] if entity else "")

    def _query(self, row: dict[str, Any], moment: datetime, step: str) -> None:
        """Logs a query; a text that was never published leaves a request without a text."""
        session, text, call = self._at(row), str(row["soql"]), self._scribe.call(moment, step)
        known = text.upper().startswith("SELECT")
        entity = re.search(r"\bFROM (\w+)", text) if known else re.search(r"\bon (\w+)", text)
        name = entity[1] if entity else ""
        limit = re.search(r"\bLIMIT (\d+)", text)
        rows = 0 if "COUNT()" in text else int(limit[1]) if limit else 200
        self._scribe.rest(session, call, "GET", "/query", entity=name, rows=rows, fields=1, query=text if known else "")
        if known:
            self._scribe.unique_query(session, call, text)
            ids = [self._scribe.serial_id(PREFIXES.get(name, "a0X")) for _ in range(rows)]
            self._scribe.api_event(session, call, text, name, total=rows or self._records, ids=ids)

    def _create(self, row: dict[str, Any], moment: datetime, step: str) -> None:
        session, call = self._at(row), self._scribe.call(moment, step)
        text = row["soql"] or BULK_QUERY
        self._job = (self._scribe.serial_id("750"), text)
        self._scribe.usage(session, call, "Bulk", "POST", f"/v{VERSION}/jobs/query")
        self._scribe.unique_query(session, call, text)
        self._scribe.bulk_state(session, call, self._job[0], _entity(text), "UploadComplete")

    def _end(self, moment: datetime, step: str) -> None:
        if self._job is None or self._session is None:
            return
        (job, text), session = self._job, self._session
        done, get = self._scribe.call(moment - timedelta(seconds=4), step), self._scribe.call(moment, step)
        self._scribe.bulk_state(session, done, job, _entity(text), "JobComplete", rows=self._records, asked=False)
        self._scribe.usage(session, get, "Bulk", "GET", f"/v{VERSION}/jobs/query/{job}/results")
        self._scribe.bulk_result(session, get, text)

    def _delete(self, moment: datetime, step: str) -> None:
        if self._job is None or self._session is None:
            return
        (job, text), call = self._job, self._scribe.call(moment, step)
        self._scribe.usage(self._session, call, "Bulk", "DELETE", f"/v{VERSION}/jobs/query/{job}", status=204)
        self._scribe.bulk_state(self._session, call, job, _entity(text), "Deleted")

    def _work(self, moment: datetime) -> None:
        """Logs one honest visit: a login, one contact looked up by address, one task written."""
        session = self._open(self._dice.pick(HONEST_IPS), HONEST_AGENT)
        login.log_in(self._scribe, session, self._scribe.call(moment))
        call = self._scribe.call(moment + timedelta(seconds=1))
        text = f"SELECT Id, Name FROM Contact WHERE Email = 'visitor{self._dice.below(500)}@example.org'"
        found = [self._scribe.serial_id("003")]
        self._scribe.rest(session, call, "GET", "/query", entity="Contact", rows=1, fields=2, query=text)
        self._scribe.unique_query(session, call, text)
        self._scribe.api_event(session, call, text, "Contact", total=1, ids=found)
        write = self._scribe.call(moment + timedelta(seconds=2))
        self._scribe.rest(session, write, "POST", "/sobjects/Task", entity="Task")


def _entity(text: str) -> str:
    found = re.search(r"\bFROM (\w+)", text)
    return found[1] if found else ""


def convert(timeline: Path, out: Path, *, records: int = 2400, days: int = 10, seed: int = 1) -> Converted:
    """Writes the logs below `out`; `records` is the size of the bulk job, `days` the honest history before it."""
    lines = [json.loads(line) for line in timeline.read_text(encoding="utf-8").splitlines() if line.strip()]
    converter = Converter(lines, out, records=records, seed=seed)
    converter.honest(days)
    converter.thief()
    out.mkdir(parents=True, exist_ok=True)
    queries = [row["soql"] for row in lines if row["channel"] == "bulk2_job_create" and row["soql"]]
    return Converted(out, tuple(converter.journal.close()), queries[0] if queries else BULK_QUERY, records)


if __name__ == "__main__":
    convert(Path(sys.argv[1]), Path(sys.argv[2]))
