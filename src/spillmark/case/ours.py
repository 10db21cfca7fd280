"""Which of the incidents that reports tell of is our own."""

import re
import unicodedata

from spillmark.model.org import Org
from spillmark.model.report import Incident

LEGAL_FORMS = re.compile(
    r"\b(inc|incorporated|corp|corporation|co|company|llc|ltd|limited|plc|sa|sas|sarl|ag|gmbh|nv|bv|spa|kk|"
    r"group|groupe|holdings?|the)\b"
)


def plain(name: str | None) -> str:
    """Reduces an organisation's name to what tells it from others: no accents, case, punctuation, legal form."""
    text = unicodedata.normalize("NFKD", name or "").encode("ascii", "ignore").decode().lower()
    text = re.sub(r"[^a-z0-9 ]+", " ", text)
    return " ".join(LEGAL_FORMS.sub(" ", text).split())


def is_victim(incident: Incident, org: Org) -> bool:
    """Tells whether the report speaks of a theft from us, by our name or one of our brands."""
    us = {plain(name) for name in (org.organisation.name, *org.organisation.brands)} - {""}
    return bool(us & {plain(name) for name in (incident.victim.name, *incident.victim.also)})


def is_provider(incident: Incident, org: Org) -> bool:
    """Tells whether we are the provider through which others lost data."""
    us = {plain(name) for name in (org.organisation.name, *org.organisation.brands)} - {""}
    return bool(us & {plain(party.name) for party in incident.third_parties})


def is_vendor(incident: Incident, org: Org) -> bool:
    """Tells whether the report speaks of a theft from one of our providers."""
    vendors = {plain(name) for vendor in org.vendors for name in (vendor.name, *vendor.also)} - {""}
    return bool(vendors & {plain(name) for name in (incident.victim.name, *incident.victim.also)})
