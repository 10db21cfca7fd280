"""A session of one user in one client, and how each of its requests shows in every log that sees it."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from spillmark.rehearse import logs
from spillmark.rehearse.dice import Dice
from spillmark.rehearse.ids import api_time, elf_time, id15, id18, iso_time
from spillmark.rehearse.journal import Entry, Journal, Json, Log
from spillmark.rehearse.org import User
from spillmark.rehearse.scenario import ConnectedApp, Platform

TLS = {"TLS_PROTOCOL": "TLSv1.2", "CIPHER_SUITE": "ECDHE-RSA-AES256-GCM-SHA384"}
ENOUGH = 20_000
SAID = {"i": "Remote Access 2.0", "A": "Application", "6": "Remote Access Client"}


@dataclass(frozen=True)
class Session:
    """One login: who, with what, from where, and the keys that its rows share."""

    user: User
    app: ConnectedApp | None  # None is the browser
    ip: str
    agent: str
    browser: str
    login_key: str
    session_key: str
    history_id: str
    api_version: str
    country: str = "US"

    @property
    def app_id(self) -> str:
        return "" if self.app is None else self.app.id

    @property
    def app_name(self) -> str:
        return "" if self.app is None else self.app.name


@dataclass(frozen=True)
class Call:
    """One request: when, under which id, and which step of the thief it belongs to (None: honest)."""

    time: datetime
    request_id: str
    step: str | None = None


class Scribe:
    """Writes what requests leave behind; every number that nobody planned comes from its dice."""

    def __init__(self, platform: Platform, journal: Journal, dice: Dice, *, first: int = 0) -> None:
        self._platform = platform
        self._journal = journal
        self._dice = dice
        self._serial = first
        self._replay = 4_100_000 + first

    def call(self, time: datetime, step: str | None = None) -> Call:
        """Opens a request with an id of its own."""
        return Call(time, f"4Yt{self._dice.text(16)}{self._dice.text(2)}-", step)

    def serial_id(self, prefix: str) -> str:
        """Gives the next id of a kind of which there is no table, 18 characters."""
        self._serial += 1
        return id18(id15(prefix, 50_000 + self._serial, self._platform.pod))

    def session(
        self, user: User, app: ConnectedApp | None, ip: str, agent: str, *, browser: str, version: str
    ) -> Session:
        """Opens a session with fresh keys; nothing is logged yet."""
        letters = "".join(chr(code) for code in (*range(65, 91), *range(97, 123), *range(48, 58))) + "+/"
        keys = self._dice.text(16, letters), self._dice.text(16, letters)
        return Session(user, app, ip, agent, browser, *keys, self.serial_id("0Ya"), version)

    def write(self, until: datetime) -> None:
        """Writes what is logged before that time, once enough has gathered to be worth it."""
        if self._journal.waiting > ENOUGH:
            self._journal.write(until)

    def log(self, log: Log, call: Call, values: dict[str, Json]) -> None:
        """Adds a row to any log."""
        self._journal.add(log, Entry(call.time, values, call.step))

    def rest(
        self,
        session: Session,
        call: Call,
        method: str,
        resource: str,
        *,
        entity: str = "",
        rows: int | None = None,
        fields: int | None = None,
        query: str = "",
        status: int = 200,
    ) -> None:
        """Logs a REST request in RestApi and ApiTotalUsage; `resource` comes after /services/data/vNN.0."""
        size = 400 if rows is None else 300 + rows * 40 * (fields or 1)
        self.elf(
            logs.REST_API,
            session,
            call,
            URI=f"/services/data/v{session.api_version}{resource}",
            REQUEST_STATUS="S" if status < 400 else "F",
            METHOD=method,
            MEDIA_TYPE="application/json",
            STATUS_CODE=str(status),
            USER_AGENT=session.agent,
            ROWS_PROCESSED="" if rows is None else str(rows),
            NUMBER_FIELDS="" if fields is None else str(fields),
            DB_BLOCKS=str(20 + self._dice.below(900)),
            DB_CPU_TIME=str(self._dice.below(12) * 10),
            REQUEST_SIZE="0" if method == "GET" else str(120 + self._dice.below(300)),
            RESPONSE_SIZE=str(size + self._dice.below(200)),
            ENTITY_NAME=entity,
            CONNECTED_APP_ID=session.app_id,
            CLIENT_NAME="" if session.app is None else session.app_name,
            QUERY=query,
        )
        self.usage(session, call, "REST", method, f"/v{session.api_version}{resource}", entity=entity, status=status)

    def usage(
        self,
        session: Session,
        call: Call,
        family: str,
        method: str,
        resource: str,
        *,
        entity: str = "",
        status: int = 200,
    ) -> None:
        """Logs a request in ApiTotalUsage, which has no keys and no rows."""
        self.log(logs.API_TOTAL_USAGE, call, {
            "EVENT_TYPE": "ApiTotalUsage",
            "TIMESTAMP": elf_time(call.time),
            "REQUEST_ID": call.request_id,
            "ORGANIZATION_ID": self._platform.org_id,
            "USER_ID": session.user.short_id,
            "USER_NAME": session.user.username,
            "API_FAMILY": family,
            "API_VERSION": session.api_version,
            "API_RESOURCE": resource,
            "CLIENT_NAME": session.agent if family == "SOAP" else "",
            "HTTP_METHOD": method,
            "CLIENT_IP": session.ip,
            "COUNTS_AGAINST_API_LIMIT": "1",
            "CONNECTED_APP_ID": session.app_id,
            "CONNECTED_APP_NAME": session.app_name,
            "ENTITY_NAME": entity,
            "STATUS_CODE": str(status),
            "API_CLIENT_CATEGORY": "EXTERNAL_APPLICATION",
            "TIMESTAMP_DERIVED": iso_time(call.time),
        })  # fmt: skip

    def unique_query(self, session: Session, call: Call, text: str) -> None:
        """Logs a query's text in UniqueQuery, which has neither address nor rows."""
        self.log(logs.UNIQUE_QUERY, call, {
            "EVENT_TYPE": "UniqueQuery",
            "TIMESTAMP": elf_time(call.time),
            "REQUEST_ID": call.request_id,
            "ORGANIZATION_ID": self._platform.org_id,
            "USER_ID": session.user.short_id,
            "SESSION_KEY": session.session_key,
            "LOGIN_KEY": session.login_key,
            "QUERY_TYPE": "SOQL",
            "QUERY_IDENTIFIER": text,
            "SQL_ID": self._dice.text(13, "abcdefghijkmnpqrstuvwxyz0123456789"),
            "TIMESTAMP_DERIVED": iso_time(call.time),
            "USER_ID_DERIVED": session.user.id,
        })  # fmt: skip

    def api_event(
        self, session: Session, call: Call, text: str, entity: str, *, total: int, ids: Sequence[str], api: str = "REST"
    ) -> None:
        """Logs a query as ApiEvent; `total` is what the query matched, `ids` are the records that it returned."""
        listed: list[Json] = [{"attributes": {"type": entity}, "Id": number} for number in ids]
        records: Json = {"totalSize": total, "done": True, "records": listed}
        self.log(logs.API_EVENT, call, {
            "attributes": self._attributes("ApiEvent"),
            "EventDate": api_time(call.time),
            "EventIdentifier": self.uuid(),
            "RequestIdentifier": call.request_id,
            "UserId": session.user.id,
            "Username": session.user.username,
            "SourceIp": session.ip,
            "SessionKey": session.session_key,
            "LoginKey": session.login_key,
            "LoginHistoryId": session.history_id,
            "SessionLevel": "STANDARD",
            "Application": session.app_name or "N/A",
            "ConnectedAppId": id18(session.app_id) if session.app else None,
            "Client": session.agent,
            "UserAgent": session.agent,
            "Platform": "Unknown",
            "ApiType": api,
            "ApiVersion": float(session.api_version),
            "Operation": "Query",
            "QueriedEntities": entity,
            "Query": text,
            "RowsProcessed": float(total),
            "RowsReturned": float(len(ids)),
            "Records": _compact(records) if ids else None,
            "ElapsedTime": 20 + self._dice.below(400),
            "AdditionalInfo": "{}",
            "PolicyId": None,
            "PolicyOutcome": None,
            "RelatedEventIdentifier": None,
        })  # fmt: skip

    def bulk_result(self, session: Session, call: Call, text: str) -> None:
        """Logs one download of a bulk result: the query's text, no rows, no job, no app."""
        self.log(logs.BULK_RESULT_EVENT, call, {
            "attributes": self._attributes("BulkApiResultEventStore"),
            "CreatedDate": api_time(call.time),
            "EventDate": api_time(call.time),
            "EventIdentifier": self.uuid(),
            "UserId": session.user.id,
            "Username": session.user.username,
            "SourceIp": session.ip,
            "SessionKey": session.session_key,
            "LoginKey": session.login_key,
            "LoginHistoryId": session.history_id,
            "SessionLevel": "STANDARD",
            "Query": text,
            "EvaluationTime": 0.0,
            "PolicyId": None,
            "PolicyOutcome": None,
            "RelatedEventIdentifier": None,
        })  # fmt: skip

    def bulk_state(
        self,
        session: Session,
        call: Call,
        job: str,
        entity: str,
        state: str,
        *,
        rows: int | None = None,
        asked: bool = True,
    ) -> None:
        """Logs one state of a Bulk API 2.0 query job; a state that the server reached by itself has no address."""
        self.elf(
            logs.BULK_API_2,
            session,
            call,
            URI="" if not asked else f"/services/data/v{session.api_version}/jobs/query",
            CLIENT_IP=session.ip if asked else "",
            JOB_ID=job[:15],
            ENTITY_TYPE=entity,
            OPERATION_TYPE="query",
            JOB_STATUS=state,
            RECORDS_PROCESSED="" if rows is None else str(rows),
            RECORDS_FAILED="" if rows is None else "0",
        )

    def elf(self, log: Log, session: Session, call: Call, **own: str) -> None:
        """Logs a row of an event log file with the common block filled."""
        run = 15 + self._dice.below(400)
        common: dict[str, Json] = {
            "EVENT_TYPE": log.path.rsplit("/", 1)[-1].removesuffix(".csv"),
            "TIMESTAMP": elf_time(call.time),
            "REQUEST_ID": call.request_id,
            "ORGANIZATION_ID": self._platform.org_id,
            "USER_ID": session.user.short_id,
            "RUN_TIME": str(run),
            "CPU_TIME": str(run // 3),
            "SESSION_KEY": session.session_key,
            "LOGIN_KEY": session.login_key,
            "USER_TYPE": "Standard",
            "DB_TOTAL_TIME": str(run * 350_000 + self._dice.below(90_000)),
            "TIMESTAMP_DERIVED": iso_time(call.time),
            "USER_ID_DERIVED": session.user.id,
            "CLIENT_IP": session.ip,
        }
        self.log(log, call, {**common, **own})

    def _attributes(self, name: str) -> dict[str, Json]:
        return {"type": name, "url": f"/services/data/v64.0/sobjects/{name}/000000000000000AAA"}

    def replay(self) -> str:
        """Gives the next replay id of the event bus."""
        self._replay += 1
        return str(self._replay)

    def uuid(self) -> str:
        """Draws an event identifier."""
        return "-".join(self._dice.text(length, "0123456789abcdef") for length in (8, 4, 4, 4, 12))


def _compact(value: Json) -> str:
    return json.dumps(value, separators=(",", ":"))
