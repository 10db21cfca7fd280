"""The thief: each step is decided on the data as it stands at that moment, and leaves its rows in the logs."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import assert_never

from spillmark.rehearse import login
from spillmark.rehearse.dice import Dice
from spillmark.rehearse.ids import api_time
from spillmark.rehearse.org import Organisation
from spillmark.rehearse.scenario import QueryPlan, Scenario, ThiefStep
from spillmark.rehearse.session import Call, Scribe, Session
from spillmark.rehearse.table import Table, matching, soql

PAGE = 50_000  # records of one page of bulk results
POLLS = 2


@dataclass(frozen=True)
class Answer:
    """What one query gave: the records' ids (none for a count), and how many the platform counted."""

    step: str
    kind: str  # count | sample | bulk
    object: str
    text: str
    time: str
    rows: int
    fields: tuple[str, ...] = ()
    ids: tuple[str, ...] = ()
    job: str | None = None


@dataclass
class Loot:
    """Everything that the thief got, query by query."""

    session: Session
    answers: list[Answer] = field(default_factory=list)


class Thief:
    """Carries out the scenario's steps."""

    def __init__(self, scenario: Scenario, org: Organisation, scribe: Scribe, dice: Dice) -> None:
        self._scenario = scenario
        self._org = org
        self._scribe = scribe
        self._dice = dice
        plan = scenario.thief
        app, user = scenario.apps[plan.app], org.users[plan.user]
        session = scribe.session(user, app, plan.ip, plan.agent, browser=plan.browser, version=plan.api_version)
        self._session = replace(session, country="NL")
        self._loot = Loot(self._session)

    def steal(self) -> Loot:
        """Does every step in order of time."""
        for step in sorted(self._scenario.thief.steps, key=lambda step: step.at):
            self._do(step)
        return self._loot

    def _do(self, step: ThiefStep) -> None:
        match step.act:
            case "grant":
                self._grant(step)
            case "list_objects":
                self._look(step, "/sobjects/")
            case "describe":
                self._look(step, f"/sobjects/{step.object}/describe/", step.object or "")
            case "limits":
                self._look(step, "/limits/")
            case "count":
                self._count(step)
            case "query":
                self._query(step)
            case "bulk":
                self._bulk(step)
            case _:
                assert_never(step.act)

    def _call(self, step: ThiefStep, moment: datetime) -> Call:
        return self._scribe.call(self._dice.after(moment, 0, 0.9), step.id)

    def _grant(self, step: ThiefStep) -> None:
        call = self._call(step, step.at)
        login.log_in(self._scribe, self._session, call)
        last = max(moment for other in self._scenario.thief.steps for moment in _moments(other))
        login.grant(self._scribe, self._session, call, last_used=api_time(last), uses=1)

    def _look(self, step: ThiefStep, resource: str, entity: str = "") -> None:
        self._scribe.rest(self._session, self._call(step, step.at), "GET", resource, entity=entity)

    def _count(self, step: ThiefStep) -> None:
        table = self._org.tables[step.object or ""]
        rows = len(self._org.visible(table, step.at))
        text = f"SELECT COUNT() FROM {table.name}"
        self._ask(step, table, text, rows, [], 0)
        self._loot.answers.append(Answer(step.id, "count", table.name, text, api_time(step.at), rows))

    def _query(self, step: ThiefStep) -> None:
        plan, table = self._plan(step)
        ids = table.ids(matching(table, plan, self._org.visible(table, step.at)))
        self._ask(step, table, soql(plan), len(ids), ids, len(plan.fields))
        self._keep(step, "sample", plan, ids)

    def _ask(self, step: ThiefStep, table: Table, text: str, total: int, ids: list[str], fields: int) -> None:
        """Logs a REST query. A count matches `total` rows but returns no record."""
        call = self._call(step, step.at)
        self._scribe.rest(
            self._session, call, "GET", "/query", entity=table.name, rows=len(ids), fields=fields or None, query=text
        )
        self._scribe.unique_query(self._session, call, text)
        self._scribe.api_event(self._session, call, text, table.name, total=total, ids=ids)

    def _bulk(self, step: ThiefStep) -> None:
        plan, table = self._plan(step)
        ids = table.ids(matching(table, plan, self._org.visible(table, step.at)))
        job = self._scribe.serial_id("750")
        self._keep(step, "bulk", plan, ids, job)
        complete = step.complete or step.at + timedelta(minutes=1)
        self._create(step, plan, job)
        self._run(step, table.name, job, len(ids), complete)
        self._download(step, plan, job, len(ids), step.download or complete)
        if step.delete is not None:
            call = self._call(step, step.delete)
            self._scribe.usage(self._session, call, "Bulk", "DELETE", self._job(job), status=204)
            self._scribe.bulk_state(self._session, call, job, table.name, "Deleted")

    def _create(self, step: ThiefStep, plan: QueryPlan, job: str) -> None:
        call = self._call(step, step.at)
        self._scribe.usage(self._session, call, "Bulk", "POST", f"/v{self._session.api_version}/jobs/query")
        self._scribe.unique_query(self._session, call, soql(plan))
        self._scribe.bulk_state(self._session, call, job, plan.object, "UploadComplete")

    def _run(self, step: ThiefStep, entity: str, job: str, rows: int, complete: datetime) -> None:
        """Logs what the server did, and the thief asking whether it is done."""
        spent = (complete - step.at) / 2
        self._scribe.bulk_state(
            self._session, self._call(step, step.at + spent), job, entity, "InProgress", rows=rows // 2, asked=False
        )
        for poll in range(1, POLLS + 1):
            moment = step.at + (complete - step.at) * poll / (POLLS + 1)
            self._scribe.usage(self._session, self._call(step, moment), "Bulk", "GET", self._job(job))
        done = replace(self._scribe.call(complete, step.id), time=complete)
        self._scribe.bulk_state(self._session, done, job, entity, "JobComplete", rows=rows, asked=False)

    def _download(self, step: ThiefStep, plan: QueryPlan, job: str, rows: int, moment: datetime) -> None:
        for page in range(max(1, -(-rows // PAGE))):
            locator = f"?locator={self._dice.text(8)}&maxRecords={PAGE}" if page else ""
            call = self._call(step, moment + timedelta(seconds=3 * page))
            self._scribe.usage(self._session, call, "Bulk", "GET", f"{self._job(job)}/results{locator}")
            self._scribe.bulk_result(self._session, call, soql(plan))

    def _job(self, job: str) -> str:
        return f"/v{self._session.api_version}/jobs/query/{job}"

    def _plan(self, step: ThiefStep) -> tuple[QueryPlan, Table]:
        plan = self._scenario.queries[step.query or ""]
        return plan, self._org.tables[plan.object]

    def _keep(self, step: ThiefStep, kind: str, plan: QueryPlan, ids: list[str], job: str | None = None) -> None:
        fields = tuple(name for name in plan.fields if name != "Id")
        answer = Answer(step.id, kind, plan.object, soql(plan), api_time(step.at), len(ids), fields, tuple(ids), job)
        self._loot.answers.append(answer)


def _moments(step: ThiefStep) -> list[datetime]:
    return [moment for moment in (step.at, step.complete, step.download, step.delete) if moment is not None]
