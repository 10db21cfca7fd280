"""The closed lists of words that the case document uses (contract case/1); anything else is a mistake."""

from typing import Literal

Kind = Literal[
    "report",
    "salesforce.elf",
    "salesforce.realtime",
    "salesforce.object",
    "salesforce.export",
    "salesforce.describe",
    "salesforce.settings",
    "okta",
    "entra",
    "m365",
    "google_workspace",
    "snowflake",
    "github",
    "slack",
    "zendesk",
    "box",
    "auth0",
    "onelogin",
    "duo",
    "pingone",
    "dropbox",
    "servicenow",
    "workday",
    "veeva",
    "appomni",
    "web_access",
    "snapshot",
    "settings",
    "org",
    "facts",
    "mapping",
    "archive",
    "other",
    "unknown",
]
SkipLevel = Literal["unread", "failed", "partial", "note"]
Phase = Literal[
    "preparation",
    "access",
    "persistence",
    "discovery",
    "collection",
    "exfiltration",
    "evasion",
    "extortion",
    "response",
]
Severity = Literal["informational", "low", "medium", "high", "critical"]
Confidence = Literal["low", "medium", "high"]
Certainty = Literal["certain", "possible"]
EnisaLevel = Literal["low", "medium", "high", "very_high"]
DutyStatus = Literal["running", "due_soon", "overdue", "met", "needs_fact", "not_triggered"]
Audience = Literal["authority", "individuals", "credit_bureaus", "owner", "media", "insurer", "police", "other"]
Role = Literal["owner", "processor"]
Unit = Literal["people", "records", "accounts", "organisations"]
Bound = Literal["exact", "about", "at_least", "at_most", "most_of", "some_of"]
ClaimSource = Literal["victim", "actor", "regulator", "press"]
Attribution = Literal["confirmed", "claimed", "suspected"]
ThirdPartyRole = Literal["processor", "platform", "vendor", "integration"]
AuthorityStatus = Literal["notified", "investigating", "warning"]
AdviceAudience = Literal["organisation", "individual", "provider"]
When = Literal["now", "today", "this_week", "later"]
