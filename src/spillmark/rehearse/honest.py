"""Honest life in the logs: staff who log in, the nightly copy of contacts, an administrator with the real loader."""

from bisect import bisect_right
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

from spillmark.rehearse import login, logs
from spillmark.rehearse.dice import Dice
from spillmark.rehearse.ids import api_time
from spillmark.rehearse.journal import Json
from spillmark.rehearse.org import Organisation, User
from spillmark.rehearse.scenario import Scenario
from spillmark.rehearse.session import Call, Scribe, Session
from spillmark.rehearse.table import Table, soql

SHIFT = (13.5, 22.5)  # hours UTC of the office day
NIGHT = 1.5  # hour UTC of the nightly copy
SATURDAY = 5
MARGIN = timedelta(minutes=1)  # no act logs anything earlier than this before its own time
Act = Callable[[datetime], None]
LOADER = "DataLoaderPartnerUI/64.0.0"
CHANGES = (
    (2, "createduser", "Manage Users", "Created new user {name}"),
    (
        3,
        "PermSetEnableUserPerm",
        "Manage Users",
        "Changed permission set Quality Desk: Run Reports was enabled",
    ),
    (10, "changedemail", "Manage Users", "Changed email for user {name}"),
    (16, "profileClonedStandard", "Manage Users", "Cloned profile Standard User"),
)


class Routine:
    """Writes the honest rows of the whole window."""

    def __init__(self, scenario: Scenario, org: Organisation, scribe: Scribe, dice: Dice, *, noise: float) -> None:
        self._scenario = scenario
        self._org = org
        self._scribe = scribe
        self._dice = dice
        self._noise = noise
        contacts = org.contacts
        self._created = sorted(contacts.created)
        self._deleted = sorted([*contacts.soft.values(), *contacts.hard.values()])

    def live(self) -> None:
        """Goes through the window day by day, each day in order of time."""
        self._grants()
        day = self._scenario.window.start
        while day < self._scenario.window.end:
            agenda = [*self._office(day), (day + timedelta(hours=NIGHT), self._copy)]
            if day.day in self._scenario.noise.loader_days:
                agenda.append((day + timedelta(hours=17), self._load))
            agenda += [(self._hours(day, *SHIFT), partial(self._change, c)) for c in CHANGES if c[0] == day.day]
            for moment, act in sorted(agenda, key=lambda item: item[0]):
                act(moment)
                self._scribe.write(moment - MARGIN)
            day += timedelta(days=1)

    def _grants(self) -> None:
        """Logs the grants of the organisation's own apps, made long before."""
        held = [("warehouse", self._org.users["integration"]), ("loader", self._org.users["admin"])]
        for app, user in [*held, *(("mail", agent) for agent in self._org.service())]:
            session = self._app_session(app, user, "")
            since = datetime.fromisoformat(f"{self._scenario.apps[app].known_since or '2023-01-01'}T16:00:00+00:00")
            used = api_time(self._scenario.window.end - timedelta(days=2))
            login.grant(
                self._scribe, session, self._scribe.call(since), last_used=used, uses=20 + self._dice.below(200)
            )

    def _office(self, day: datetime) -> list[tuple[datetime, Act]]:
        """Plans the logins and look-ups of the staff."""
        planned: list[tuple[datetime, Act]] = []
        noise = self._scenario.noise
        for user in self._org.users.values():
            if user.group != "integration":
                planned += self._spread(day, noise.logins_a_day, partial(self._one_login, user))
            if user.group == "service":
                planned += self._spread(day, noise.lookups_a_day, partial(self._look_up, user))
        if day.date() == self._scenario.theft_start.date():  # the victim is at her desk when the call comes
            planned.append((self._hours(day, 13.6, 13.9), partial(self._one_login, self._org.users["victim"])))
        return planned

    def _spread(self, day: datetime, mean: float, act: Act) -> list[tuple[datetime, Act]]:
        """Plans an act `mean` times over the office day, a tenth of that at the weekend."""
        mean *= self._noise * (0.1 if day.weekday() >= SATURDAY else 1.0)
        times = int(mean) + self._dice.chance(mean - int(mean))
        return [(self._hours(day, *SHIFT), act) for _ in range(times)]

    def _one_login(self, user: User, moment: datetime) -> None:
        session = self._scribe.session(user, None, user.office, login.BROWSER, browser="Chrome 126", version="64.0")
        if self._dice.chance(self._scenario.noise.failures):
            failed = self._scribe.session(user, None, user.office, login.BROWSER, browser="Chrome 126", version="64.0")
            before = self._scribe.call(moment - timedelta(seconds=20))
            login.log_in(self._scribe, failed, before, status=login.WRONG_PASSWORD)
        login.log_in(self._scribe, session, self._scribe.call(moment))

    def _look_up(self, user: User, moment: datetime) -> None:
        """Logs the mail add-in: one contact looked up by e-mail address, with the app's standing login."""
        session = self._app_session("mail", user, "mail-add-in/8.1 (Windows)")
        contacts = self._org.contacts
        place = self._dice.below(bisect_right(self._created, self._scenario.window.start))
        mail = contacts.value(place, "Email")
        known = mail and place not in contacts.soft and place not in contacts.hard
        found = [contacts.value(place, "Id")] if known else []
        text = f"SELECT Id, Name FROM Contact WHERE Email = '{mail or 'nobody@example.com'}' LIMIT 5"
        call = self._scribe.call(moment)
        self._scribe.rest(session, call, "GET", "/query", entity="Contact", rows=len(found), fields=2, query=text)
        self._scribe.unique_query(session, call, text)
        self._scribe.api_event(session, call, text, "Contact", total=len(found), ids=found)

    def _copy(self, moment: datetime) -> None:
        """Logs the nightly copy: describe, one bulk job on Contact that stays, one download a page."""
        plan = self._scenario.queries["warehouse"]
        session = self._app_session("warehouse", self._org.users["integration"], "warehouse-sync/3.2")
        rows = bisect_right(self._created, moment) - bisect_right(self._deleted, moment)
        start = self._dice.after(moment, 0, 600)
        login.log_in(self._scribe, session, self._scribe.call(start), sub_type="oauthclientcredentials")
        look = self._scribe.call(self._dice.after(start, 1, 3))
        self._scribe.rest(session, look, "GET", f"/sobjects/{plan.object}/describe", entity=plan.object)
        self._bulk(session, start + timedelta(seconds=5), rows, soql(plan), plan.object)

    def _bulk(self, session: Session, start: datetime, rows: int, text: str, entity: str) -> None:
        job, version = self._scribe.serial_id("750"), session.api_version
        ask = self._scribe.call(start)
        self._scribe.usage(session, ask, "Bulk", "POST", f"/v{version}/jobs/query")
        self._scribe.unique_query(session, ask, text)
        self._scribe.bulk_state(session, ask, job, entity, "UploadComplete")
        done = self._dice.after(start, 20, 40)
        run = self._scribe.call(start + timedelta(seconds=8))
        self._scribe.bulk_state(session, run, job, entity, "InProgress", rows=rows // 2, asked=False)
        self._scribe.bulk_state(session, self._scribe.call(done), job, entity, "JobComplete", rows=rows, asked=False)
        for page in range(max(1, -(-rows // 50_000))):
            locator = f"?locator={self._dice.text(8)}&maxRecords=50000" if page else ""
            get = self._scribe.call(done + timedelta(seconds=4 + 3 * page))
            self._scribe.usage(session, get, "Bulk", "GET", f"/v{version}/jobs/query/{job}/results{locator}")
            self._scribe.bulk_result(session, get, text)

    def _load(self, moment: datetime) -> None:
        """Logs the administrator at the genuine tool: describes, a count, an export of a page of accounts over SOAP."""
        session = self._app_session("loader", self._org.users["admin"], LOADER)
        accounts = self._org.tables["Account"]
        login.log_in(self._scribe, session, self._scribe.call(moment))
        self._soap(session, moment + timedelta(seconds=6), "describeGlobal")
        self._soap(session, moment + timedelta(seconds=9), "describeSObject", "Account")
        there = [place for place, created in enumerate(accounts.created) if created <= moment]
        text = "SELECT COUNT() FROM Account"
        self._ask(session, moment + timedelta(seconds=40), text, [], total=len(there))
        text = "SELECT Id, Name, Type, OwnerId FROM Account ORDER BY Id DESC LIMIT 200"
        self._ask(session, moment + timedelta(seconds=95), text, _newest(accounts, there, 200))

    def _ask(self, session: Session, moment: datetime, text: str, ids: list[str], *, total: int | None = None) -> None:
        call = self._soap(session, moment, "query", "Account", rows=len(ids))
        self._scribe.unique_query(session, call, text)
        found = len(ids) if total is None else total
        self._scribe.api_event(session, call, text, "Account", total=found, ids=ids, api="SOAP Partner")

    def _soap(self, session: Session, moment: datetime, method: str, entity: str = "", *, rows: int = 0) -> Call:
        call = self._scribe.call(moment)
        self._scribe.elf(
            logs.SOAP_API,
            session,
            call,
            URI="Api",
            API_TYPE="P",
            API_VERSION=session.api_version,
            CLIENT_NAME=session.agent,
            METHOD_NAME=method,
            ENTITY_NAME=entity,
            ROWS_PROCESSED=str(rows),
            REQUEST_SIZE=str(600 + self._dice.below(300)),
            RESPONSE_SIZE=str(900 + rows * 160),
        )
        self._scribe.usage(session, call, "SOAP", "POST", f"/services/Soap/u/{session.api_version}", entity=entity)
        return call

    def _change(self, change: tuple[int, str, str, str], moment: datetime) -> None:
        """Logs a change of settings by the administrator."""
        _, action, section, display = change
        agent = self._dice.pick(self._org.service())
        call = self._scribe.call(moment)
        values: dict[str, Json] = {
            "Id": self._scribe.serial_id("0Ym"),
            "Action": action,
            "Section": section,
            "CreatedDate": api_time(call.time),
            "CreatedById": self._org.users["admin"].id,
            "Display": display.format(name=f"{agent.first} {agent.last}"),
        }
        self._scribe.log(logs.SETUP_AUDIT_TRAIL, call, values)

    def _app_session(self, app: str, user: User, agent: str) -> Session:
        known = self._scenario.apps[app]
        return self._scribe.session(user, known, user.office, agent, browser=known.name, version="64.0")

    def _hours(self, day: datetime, low: float, high: float) -> datetime:
        return self._dice.moment(day + timedelta(hours=low), day + timedelta(hours=high))


def _newest(table: Table, places: list[int], limit: int) -> list[str]:
    return sorted(table.ids(places), reverse=True)[:limit]
