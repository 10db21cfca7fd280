"""Invented persons, as households: families share addresses and numbers, twins a birth date, namesakes a name."""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache

from spillmark.rehearse.dice import Dice
from spillmark.rehearse.scenario import Cast, Population, Town

MAIL_DOMAINS = ("example.com", "example.net", "example.org")
ADULT = 18


@dataclass(frozen=True, slots=True)
class Person:
    """One individual, as on file."""

    number: int
    household: int
    first: str
    last: str
    birth: date | None
    email: str
    phone: str
    mobile: str
    street: str
    town: Town | None
    country: str  # as written in the record
    code: str  # ISO 3166-1 of the person's country, known or not
    language: str
    alike: bool = False  # shares name and e-mail with another person: a second record would be ambiguous

    @property
    def residence(self) -> str | None:
        """Gives ISO 3166-2 in the United States, else ISO 3166-1; None where no address is on file."""
        return None if self.town is None else self.town.region

    def is_minor(self, day: date) -> bool | None:
        """Tells whether the person was under 18 on that day; None where the birth date is not on file."""
        if self.birth is None:
            return None
        age = day.year - self.birth.year - ((day.month, day.day) < (self.birth.month, self.birth.day))
        return age < ADULT


@lru_cache(maxsize=4096)
def fold(text: str) -> str:
    """Writes a name without accents and in lower case, as a hurried typist or another system would."""
    plain = unicodedata.normalize("NFKD", text.replace("ß", "ss"))
    return "".join(letter for letter in plain if not unicodedata.combining(letter)).lower()


class Registry:
    """Draws persons one household after another; name and birth date together stay unique."""

    def __init__(self, cast: Cast, population: Population, dice: Dice, today: date, *, first: int = 0) -> None:
        self._cast = cast
        self._population = population
        self._dice = dice
        self._today = today
        self._towns = {town.region: [t for t in cast.towns if t.region == town.region] for town in cast.towns}
        self._taken: set[tuple[str, str, date]] = set()
        self._people = first
        self._households = first

    def households(self) -> Iterator[list[Person]]:
        """Gives households without end."""
        while True:
            yield self._household()

    def _household(self) -> list[Person]:
        self._households += 1
        size = self._dice.weighted(self._population.households)
        head = self._head()
        members = [head]
        if size > 1:
            members.append(self._partner(head))
        if size > 2:  # two parents, then children
            members += self._children(head, {person.first for person in members}, size - 2)
        if any(person.alike for person in members):
            members[0] = replace(head, alike=True)
        return members

    def _head(self) -> Person:
        town = self._dice.pick(self._towns[self._dice.weighted(self._population.towns)])
        code = town.region[:2]
        names = self._cast.names[code]
        number = self._next()
        first, last = self._dice.pick(names.given), self._dice.pick(names.family)
        known = not self._dice.chance(self._population.no_address)
        return Person(
            number=number,
            household=self._households,
            first=first,
            last=last,
            birth=self._birth(first, last, low=24, high=88),
            email=self._email(first, last, number),
            phone=self._dice.digits(town.phone),
            mobile=self._dice.digits(town.mobile),
            street=self._street(code) if known else "",
            town=town if known else None,
            country=self._dice.pick(self._cast.countries[code]) if known else "",
            code=code,
            language=self._cast.languages[code],
        )

    def _partner(self, head: Person) -> Person:
        number = self._next()
        first = self._other_name(head.code, {head.first})
        own_mail = self._dice.chance(0.7)
        return replace(
            head,
            number=number,
            first=first,
            birth=self._birth(first, head.last, low=24, high=88),
            email=self._email(first, head.last, number) if own_mail else head.email,
            mobile=self._dice.digits(head.mobile[:-2] + "##"),
        )

    def _children(self, head: Person, names: set[str], count: int) -> list[Person]:
        """Draws children; no two of a household share a name but a namesake and its parent, who then are `alike`."""
        children: list[Person] = []
        twins = count > 1 and self._dice.chance(self._population.twins * 10)
        for place in range(count):
            namesake = place == 0 and self._dice.chance(self._population.namesakes * 5)
            first = head.first if namesake else self._other_name(head.code, names)
            names.add(first)
            birth = children[0].birth if twins and children else None
            if birth is None or (fold(first), fold(head.last), birth) in self._taken:
                birth = self._birth(first, head.last, low=2, high=22)
            self._taken.add((fold(first), fold(head.last), birth))
            children.append(replace(head, number=self._next(), first=first, birth=birth, mobile="", alike=namesake))
        return children

    def _next(self) -> int:
        self._people += 1
        return self._people

    def _birth(self, first: str, last: str, *, low: int, high: int) -> date:
        while True:
            days = int(365.25 * low) + self._dice.below(int(365.25 * (high - low)))
            birth = self._today - timedelta(days=days)
            if (fold(first), fold(last), birth) not in self._taken:
                self._taken.add((fold(first), fold(last), birth))
                return birth

    def _other_name(self, code: str, used: set[str]) -> str:
        given = self._cast.names[code].given
        initials = {fold(other)[0] for other in used}
        free = [name for name in given if fold(name)[0] not in initials]
        return self._dice.pick(free or given)

    def _email(self, first: str, last: str, number: int) -> str:
        if self._dice.chance(self._population.no_email):
            return ""
        local = ".".join("".join(c for c in fold(part) if c.isalnum()) for part in (first, last))
        return f"{local}{number}@{self._dice.pick(MAIL_DOMAINS)}"

    def _street(self, code: str) -> str:
        number, street = 1 + self._dice.below(998), self._dice.pick(self._cast.streets[code])
        return f"{street} {number}" if code == "DE" else f"{number} {street}"
