"""Life between theft and export: contacts are created, changed, put in the bin, and emptied from it."""

from datetime import datetime

from spillmark.rehearse.dice import Dice
from spillmark.rehearse.ids import iso_time
from spillmark.rehearse.org import Founder, Organisation
from spillmark.rehearse.people import Registry
from spillmark.rehearse.scenario import Cast, Scenario


class Life:
    """Changes the contacts in place; policies stay as they are."""

    def __init__(self, scenario: Scenario, org: Organisation, dice: Dice) -> None:
        self._scenario = scenario
        self._org = org
        self._dice = dice
        self._start = max(step.complete or step.at for step in scenario.thief.steps)
        self._end = scenario.export.at

    def go_on(self, founder: Founder, newcomers: Registry) -> None:
        """Applies the scenario's drift, each contact touched at most once."""
        before = len(self._org.contacts.records)
        shares = self._scenario.drift
        insured = set(self._org.insured_of)
        order = self._dice.several(range(before), before)
        hard = [place for place in order if place not in insured][: _part(before, shares.hard_deleted)]
        rest = [place for place in order if place not in set(hard)]
        soft, changed = _part(before, shares.soft_deleted), _part(before, shares.changed)
        for place in hard:
            self._org.contacts.hard[place] = self._moment()
        for place in rest[:soft]:
            self._bin(place)
        for place in rest[soft : soft + changed]:
            self._change(place)
        self._newcomers(founder, newcomers, before + _part(before, shares.created))

    def _moment(self) -> datetime:
        return self._dice.moment(self._start, self._end)

    def _bin(self, place: int) -> None:
        self._org.contacts.soft[place] = moment = self._moment()
        self._touch(place, "IsDeleted", "1", moment)

    def _change(self, place: int) -> None:
        contacts = self._org.contacts
        kind = self._dice.pick(("status", "status", "phone", "email", "street"))
        if kind == "status":
            status = "Former" if contacts.value(place, "Customer_Status__c") == "Active" else "Active"
            self._touch(place, "Customer_Status__c", status, self._moment())
        elif kind == "phone":
            phone = contacts.value(place, "Phone")
            self._touch(place, "Phone", self._dice.digits(phone[:-2] + "##"), self._moment())
        elif kind == "email":
            self._touch(place, "Email", "", self._moment())
        else:
            self._touch(place, "MailingStreet", f"P.O. Box {1 + self._dice.below(900)}", self._moment())

    def _touch(self, place: int, column: str, value: str, moment: datetime) -> None:
        contacts = self._org.contacts
        contacts.put(place, column, value)
        contacts.put(place, "LastModifiedDate", iso_time(moment))
        contacts.put(place, "SystemModstamp", iso_time(moment))
        contacts.put(place, "LastModifiedById", self._dice.pick(self._org.service()).id)

    def _newcomers(self, founder: Founder, registry: Registry, limit: int) -> None:
        households = registry.households()
        while len(self._org.contacts.records) < limit:
            founder.household(next(households), limit, opened=self._moment())


def new_registry(scenario: Scenario, cast: Cast, seed: int, first: int) -> Registry:
    """Makes the registry of persons who come after the theft; their numbers begin after `first`."""
    return Registry(cast, scenario.people, Dice(seed, "newcomers"), scenario.theft_start.date(), first=first)


def _part(whole: int, share: float) -> int:
    """Gives the share of a whole, at least one where the share is above zero, so that small scenarios drift too."""
    return max(1, round(whole * share)) if share > 0 else 0
