"""Reports are ordered by the number of their evidence id: more files before them change nothing but the ids."""

import re

from hypothesis import given
from hypothesis import strategies as st

from spillmark.model.report import Reading
from spillmark.reading.order import place_of
from spillmark.reading.read import ReportText, read
from tests.reading.reports import JOINT, NEWS

OTHER = NEWS.replace("between 3 and 9 March", "between 4 and 8 March").replace(
    "No passwords or bank account numbers were stolen, the insurer said.", "Passwords were stolen as well."
)
THIRD = OTHER.replace("1.2 million", "3 million").replace("4 and 8 March", "5 and 7 March")


@given(st.lists(st.integers(min_value=1, max_value=10**12), min_size=2))
def test_numbers_sort_as_numbers(numbers: list[int]) -> None:
    assert sorted((f"E{each}" for each in numbers), key=place_of) == [f"E{each}" for each in sorted(numbers)]


def test_other_ids_sort_as_text_after_the_numbered() -> None:
    assert sorted(["b.txt", "E10", "a.txt", "E7", "E"], key=place_of) == ["E7", "E10", "E", "a.txt", "b.txt"]


def _read(first: int) -> Reading:
    """Reads the texts as E<first>, E<first + 1> and so on."""
    texts = (NEWS, OTHER, THIRD, JOINT)
    return read(
        [ReportText(f"E{first + place}", f"{place}.txt", text.encode()) for place, text in enumerate(texts)]
    ).reading


def test_a_shift_of_all_ids_reorders_nothing() -> None:
    plain, shifted = _read(1), _read(8)

    def back(match: "re.Match[str]") -> str:
        return f"'E{int(match.group(1)) - 7}'"

    assert re.sub(r"'E(\d+)'", back, repr(shifted)) == repr(plain)
    conflicts = {each.field: each for each in shifted.incidents[0].conflicts}
    assert [each.report for each in conflicts["affected"].values] == ["E8", "E9", "E10"]
    assert [each.report for each in conflicts["dates.began"].values] == ["E8", "E9", "E10"]
    assert shifted.incidents[0].reports == ("E8", "E9", "E10")
