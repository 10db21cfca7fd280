"""The rehearsed organisation: its users, and the accounts, contacts and policies of its customers."""

from collections import Counter
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import count

from spillmark.rehearse.dice import Dice
from spillmark.rehearse.ids import id15, id18, iso_time
from spillmark.rehearse.people import Person, Registry, fold
from spillmark.rehearse.scenario import Cast, Scenario, StaffMember
from spillmark.rehearse.table import Table

SYSTEM = ("Id", "IsDeleted", "CreatedDate", "CreatedById", "LastModifiedDate", "LastModifiedById", "SystemModstamp")
USER = ("Id", "Username", "LastName", "FirstName", "Email", "Title", "IsActive", "TimeZoneSidKey", "UserType",
        "ProfileId", *SYSTEM[2:])  # fmt: skip
ACCOUNT = ("Id", "IsDeleted", "MasterRecordId", "Name", "Type", "OwnerId", *SYSTEM[2:])
CONTACT = ("Id", "IsDeleted", "MasterRecordId", "AccountId", "LastName", "FirstName", "MailingStreet", "MailingCity",
           "MailingState", "MailingPostalCode", "MailingCountry", "Phone", "MobilePhone", "Email", "Birthdate",
           "Description", "OwnerId", "HasOptedOutOfEmail", *SYSTEM[2:], "Customer_Status__c",
           "Preferred_Language__c")  # fmt: skip
POLICY = ("Id", "OwnerId", "IsDeleted", "Name", *SYSTEM[2:], "Policy_Number__c", "Insured__c", "Insured_Name__c",
          "Product__c", "Status__c", "Start_Date__c", "Annual_Premium__c", "Sum_Insured__c", "Beneficiary_Name__c",
          "Tax_Id__c", "Iban__c", "Notes__c")  # fmt: skip
PRODUCTS = ("Term Life 20", "Whole Life", "Assurance vie", "Funeral Plan", "Mortgage Cover")
STATUSES = {"In force": 70.0, "Lapsed": 12.0, "Draft": 10.0, "Paid out": 8.0}
ON_ONE_RECORD = 0.4  # share of second records that lack the birth date of the first
OPENED = datetime(2015, 3, 2, 9, tzinfo=UTC)


@dataclass(frozen=True)
class User:
    """One user of the organisation; those of the group service see each other's contacts, others only their own."""

    id: str  # 18 characters
    username: str
    first: str
    last: str
    title: str
    office: str
    group: str  # service | corporate | admin | integration
    since: datetime

    @property
    def short_id(self) -> str:
        return self.id[:15]


@dataclass
class Organisation:
    """The whole state of the data; it is the state at the theft until drift is applied."""

    scenario: Scenario
    users: dict[str, User]
    persons: dict[int, Person]
    contacts_of: dict[int, list[int]]  # person number -> places in the contact table
    person_of: list[int]  # place in the contact table -> person number
    insured_of: list[int]  # place in the policy table -> place in the contact table
    tables: dict[str, Table]

    @property
    def contacts(self) -> Table:
        return self.tables["Contact"]

    @property
    def policies(self) -> Table:
        return self.tables["Policy__c"]

    def service(self) -> list[User]:
        """Lists the service agents, the victim among them."""
        return [user for user in self.users.values() if user.group == "service"]

    def visible(self, table: Table, moment: datetime) -> list[int]:
        """Gives the places that a service agent may see: contacts not of the corporate desk, every policy."""
        hidden = self.users["corporate"].id
        places = table.alive(moment)
        if table.name != "Contact":
            return list(places)
        return [place for place in places if table.value(place, "OwnerId") != hidden]


class Founder:
    """Builds an organisation of so many contacts."""

    def __init__(self, scenario: Scenario, cast: Cast, seed: int) -> None:
        self._scenario = scenario
        self._cast = cast
        self._dice = Dice(seed, "org")
        self._serial = count(10_000)
        people = Dice(seed, "people")
        self._registry = Registry(cast, scenario.people, people, scenario.theft_start.date())
        self.org = Organisation(scenario, self._users(seed), {}, {}, [], [], self._tables())
        for user in self.org.users.values():
            self._user_record(user)

    def found(self, contacts: int) -> Organisation:
        """Gives the organisation with exactly that many contacts and its share of policies."""
        households = self._registry.households()
        while len(self.org.contacts.records) < contacts:
            self.household(next(households), contacts)
        self._forget_births()
        self._policies(int(contacts * self._scenario.policies))
        return self.org

    def _forget_births(self) -> None:
        """Takes the birth date from some adults, but only where nobody else of the same name lives in the same town.

        Without it, two such persons could not be told apart by anybody, and the truth would claim more than it can; for
        the same reason all records of the person must share an e-mail address.
        """
        day = self._scenario.theft_start.date()
        named = Counter(_name_and_town(person) for person in self.org.persons.values())
        for number, person in self.org.persons.items():
            everywhere = self._dice.chance(self._scenario.people.no_birth_date)
            first, *others = self.org.contacts_of[number]
            mails = {self.org.contacts.value(place, "Email") for place in (first, *others)}
            if person.is_minor(day) or named[_name_and_town(person)] > 1 or len(mails) > 1:
                continue
            if everywhere:
                self.org.persons[number] = replace(person, birth=None)
                self.org.contacts.put(first, "Birthdate", "")
            for place in others:
                if everywhere or self._dice.chance(ON_ONE_RECORD):
                    self.org.contacts.put(place, "Birthdate", "")

    def household(self, members: list[Person], limit: int, *, opened: datetime | None = None) -> None:
        """Adds an account and its persons' contacts, up to `limit` contacts in all."""
        created = opened or self._dice.moment(OPENED, self._scenario.window.start)
        owner = self._owner()
        account = self._account(f"{members[0].last} household", owner, created)
        for person in members:
            for spoiled in self._records_of(person):
                if len(self.org.contacts.records) < limit:
                    self._contact(spoiled, person.number, account, owner, created)
                    self.org.persons[person.number] = person

    def next_id(self, prefix: str) -> str:
        """Gives the next free record id of that object, 18 characters."""
        return id18(id15(prefix, next(self._serial), self._scenario.platform.pod))

    def _users(self, seed: int) -> dict[str, User]:
        staff, dice = self._scenario.users, Dice(seed, "users")
        named = {
            "victim": staff.victim,
            "admin": staff.admin,
            "integration": staff.integration,
            "corporate": staff.corporate,
        }
        groups = {"victim": "service"}
        users = {key: self._user(member, groups.get(key, key)) for key, member in named.items()}
        names = self._cast.names["US"]
        firsts, lasts = dice.several(names.given, staff.agents), dice.several(names.family, staff.agents)
        for place in range(staff.agents):
            office = f"198.51.100.{50 + place}" if place % 4 else f"192.0.2.{10 + place}"
            member = StaffMember(firsts[place % len(firsts)], lasts[place % len(lasts)], "Service agent", office)
            users[f"agent{place}"] = self._user(member, "service")
        return users

    def _user(self, member: StaffMember, group: str) -> User:
        local = ".".join("".join(c for c in fold(part) if c.isalnum()) for part in (member.first, member.last))
        domain = self._scenario.organisation["domains"][0]
        user_id = id18(id15("005", next(self._serial), self._scenario.platform.pod))
        return User(user_id, f"{local}@{domain}", member.first, member.last, member.title, member.office, group, OPENED)

    def _tables(self) -> dict[str, Table]:
        tables = (
            Table("User", "User", "005", USER),
            Table("Account", "Account", "001", ACCOUNT),
            Table("Contact", "Contact", "003", CONTACT),
            Table("Policy__c", "Policy", "a0B", POLICY),
        )
        return {table.name: table for table in tables}

    def _user_record(self, user: User) -> None:
        names = {"Username": user.username, "LastName": user.last, "FirstName": user.first, "Email": user.username}
        rest = {"Title": user.title, "IsActive": "1", "TimeZoneSidKey": "America/Los_Angeles", "UserType": "Standard"}
        self.org.tables["User"].add(
            names | rest | self._system(user.id, self.org.users["admin"].id, user.since), user.since
        )

    def _account(self, name: str, owner: str, created: datetime) -> str:
        values = {"Name": name, "Type": "Household", "OwnerId": owner, "IsDeleted": "0"}
        number = self.next_id("001")
        self.org.tables["Account"].add(values | self._system(number, owner, created), created)
        return number

    def _owner(self) -> str:
        if self._dice.chance(self._scenario.people.corporate):
            return self.org.users["corporate"].id
        return self._dice.pick(self.org.service()).id

    def _records_of(self, person: Person) -> list[dict[str, str]]:
        """Gives the fields of a person's record and, for some, of a second one that somebody made by mistake."""
        first = _fields(person)
        if person.alike or person.birth is None or not self._dice.chance(self._scenario.people.duplicates):
            return [first]
        return [first, self._duplicate(person, first)]

    def _duplicate(self, person: Person, first: dict[str, str]) -> dict[str, str]:
        kind = self._dice.pick(("moved", "plain", "again") if person.email else ("moved", "plain"))
        if person.email and self._dice.chance(self._scenario.people.slips):
            return first | {"LastName": self._slip(person.last)}
        if kind == "moved":
            mail = f"{fold(person.first)[:1]}{person.number}@example.net"
            return first | {"MailingStreet": f"P.O. Box {100 + person.number}", "Email": mail, "MobilePhone": ""}
        if kind == "plain":
            return first | {"FirstName": fold(person.first).title(), "LastName": fold(person.last).title()}
        return dict(first)

    def _slip(self, name: str) -> str:
        """Swaps two letters within a name, as a hurried typist does."""
        place = 1 + self._dice.below(max(1, len(name) - 3))
        return name[:place] + name[place + 1] + name[place] + name[place + 2 :]

    def _contact(self, values: dict[str, str], person: int, account: str, owner: str, created: datetime) -> None:
        since = self._dice.moment(created, created + timedelta(days=30))
        since = min(since, self._scenario.window.start) if created < self._scenario.window.start else created
        inactive = self._dice.chance(self._scenario.people.inactive)
        about = {"AccountId": account, "OwnerId": owner, "IsDeleted": "0", "HasOptedOutOfEmail": "0"}
        about["Customer_Status__c"] = self._dice.pick(("Prospect", "Former")) if inactive else "Active"
        hostile = self._dice.chance(self._scenario.people.hostile)
        about["Description"] = self._dice.pick(self._cast.hostile) if hostile else self._note()
        if hostile and self._dice.chance(0.3):
            about["MailingStreet"] = self._dice.pick(self._cast.hostile)
        place = self.org.contacts.add(values | about | self._system(self.next_id("003"), owner, since), since)
        self.org.person_of.append(person)
        self.org.contacts_of.setdefault(person, []).append(place)

    def _note(self) -> str:
        return self._dice.pick(self._cast.notes) if self._dice.chance(0.2) else ""

    def _system(self, number: str, user: str, moment: datetime) -> dict[str, str]:
        when = iso_time(moment)
        by_whom = {"CreatedById": user, "LastModifiedById": user}
        return {"Id": number, "CreatedDate": when, "LastModifiedDate": when, "SystemModstamp": when} | by_whom

    def _policies(self, wanted: int) -> None:
        adults = [place for place, number in enumerate(self.org.person_of) if not self._young(number)]
        for serial in range(1, wanted + 1):
            self._policy(self._dice.pick(adults), serial)

    def _young(self, number: int) -> bool:
        return self.org.persons[number].is_minor(self._scenario.theft_start.date()) is True

    def _policy(self, contact: int, serial: int) -> None:
        person = self.org.persons[self.org.person_of[contact]]
        since = self.org.contacts.created[contact]
        created = self._dice.moment(since, self._scenario.window.start + timedelta(hours=1))
        values = self._terms(person, serial, created)
        values["Insured__c"] = self.org.contacts.value(contact, "Id")
        values["OwnerId"] = owner = self.org.contacts.value(contact, "OwnerId")
        self.org.policies.add(values | self._system(self.next_id("a0B"), owner, created), created)
        self.org.insured_of.append(contact)

    def _terms(self, person: Person, serial: int, created: datetime) -> dict[str, str]:
        premium = 120 + self._dice.below(2400)
        return {
            "IsDeleted": "0",
            "Name": f"P-{serial:07d}",
            "Policy_Number__c": f"BWL-{created.year}-{self._dice.digits('######')}-{serial % 97:02d}",
            "Insured_Name__c": f"{person.first} {person.last}",
            "Product__c": self._dice.pick(PRODUCTS),
            "Status__c": self._dice.weighted(STATUSES),
            "Start_Date__c": created.date().isoformat(),
            "Annual_Premium__c": f"{premium}.{self._dice.below(100):02d}",
            "Sum_Insured__c": f"{premium * 150}.00",
            "Beneficiary_Name__c": f"{self._dice.pick(self._cast.names[person.code].given)} {person.last}",
            "Tax_Id__c": self._tax_id(person.code),
            "Iban__c": self._iban(person.code),
            "Notes__c": self._note(),
        }

    def _tax_id(self, code: str) -> str:
        """Makes a number that no authority gives out: area 666, NIR with key 00, a German one from 0, prefix QQ."""
        patterns = {"US": "666-##-####", "FR": "1 ## 13 99 9## ### 00", "DE": "0##########", "GB": "QQ######C"}
        return self._dice.digits(patterns[code])

    def _iban(self, code: str) -> str:
        """Makes an IBAN whose check digits 00 cannot be right (ISO 13616 gives 02 to 98)."""
        patterns = {"FR": "FR0099999#####00000#####0##", "DE": "DE0099999999##########", "GB": "GB00XXXX999999########"}
        return self._dice.digits(patterns[code]) if code in patterns else ""


def _name_and_town(person: Person) -> tuple[str, str, str]:
    return fold(person.first), fold(person.last), person.town.city if person.town else ""


def _fields(person: Person) -> dict[str, str]:
    town = person.town
    return {
        "FirstName": person.first,
        "LastName": person.last,
        "Email": person.email,
        "Phone": person.phone,
        "MobilePhone": person.mobile,
        "MailingStreet": person.street,
        "MailingCity": town.city if town else "",
        "MailingState": town.state if town else "",
        "MailingPostalCode": town.postal if town else "",
        "MailingCountry": person.country,
        "Birthdate": person.birth.isoformat() if person.birth else "",
        "Preferred_Language__c": person.language,
    }
