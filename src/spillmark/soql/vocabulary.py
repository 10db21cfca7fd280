"""The words of SOQL: what may not be an alias, relative dates, functions.

Source: Salesforce SOQL and SOSL Reference, chapters "Alias Notation", "Date Formats and Date Literals",
"Date Functions", "Aggregate Functions".
"""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


NOT_AN_ALIAS = _words(
    "AND ASC DESC EXCLUDES FIRST FROM GROUP HAVING IN INCLUDES LAST LIKE LIMIT NOT NULL NULLS OR SELECT USING WHERE "
    "WITH"
)
"""Words that the reference forbids as alias names."""

NOT_A_FIELD = _words(
    "AND ASC DESC EXCLUDES FROM HAVING IN INCLUDES LIKE LIMIT NOT NULL NULLS OR SELECT USING WHERE WITH"
)
"""Words that cannot begin a field or object name here; Group, First and Last can (Group is an object)."""

_UNITS = ["WEEK", "MONTH", "QUARTER", "YEAR", "FISCAL_QUARTER", "FISCAL_YEAR"]
_COUNTED = ["DAY", *_UNITS]

PLAIN_DATES = frozenset(
    ["YESTERDAY", "TODAY", "TOMORROW", "LAST_90_DAYS", "NEXT_90_DAYS"]
    + [f"{when}_{unit}" for when in ("LAST", "THIS", "NEXT") for unit in _UNITS]
)
"""Relative dates without a number."""

COUNTED_DATES = frozenset(
    [f"{when}_N_{unit}S" for when in ("LAST", "NEXT") for unit in _COUNTED] + [f"N_{unit}S_AGO" for unit in _COUNTED]
)
"""Relative dates that take a number, as in LAST_N_DAYS:7."""

DATE_FUNCTIONS = _words(
    "CALENDAR_MONTH CALENDAR_QUARTER CALENDAR_YEAR DAY_IN_MONTH DAY_IN_WEEK DAY_IN_YEAR DAY_ONLY FISCAL_MONTH "
    "FISCAL_QUARTER FISCAL_YEAR HOUR_IN_DAY WEEK_IN_MONTH WEEK_IN_YEAR"
)
AGGREGATES = _words("AVG COUNT COUNT_DISTINCT MIN MAX SUM")
WRAPPERS = _words("TOLABEL FORMAT CONVERTCURRENCY CONVERTTIMEZONE")
"""Functions that show the field itself in another dress."""

KNOWN_FUNCTIONS = DATE_FUNCTIONS | AGGREGATES | WRAPPERS | _words("GROUPING DISTANCE GEOLOCATION FORMULA")
FIELD_GROUPS = frozenset(["ALL", "CUSTOM", "STANDARD"])
SELECTORS = frozenset(["AT", "ABOVE", "BELOW", "ABOVE_OR_BELOW"])
SCOPES = _words("EVERYTHING MINE MINEANDMYGROUPS TEAM DELEGATED MYTERRITORY MYTEAMTERRITORY SCOPINGRULE ALLPRIVATE")
"""Documented words after USING SCOPE, without underscores."""
