"""Salesforce record ids in SQL: the 18-character form, and the object that the first three characters name.

Source: Salesforce SOAP API Developer Guide, "ID Field Type"; Object Reference, standard key prefixes.
"""

from spillmark.soql.ids import is_id

CHECK = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"
PREFIXES = {
    "001": "Account",
    "003": "Contact",
    "005": "User",
    "006": "Opportunity",
    "00D": "Organization",
    "00Q": "Lead",
    "00T": "Task",
    "00U": "Event",
    "012": "RecordType",
    "015": "Document",
    "02i": "Asset",
    "02s": "EmailMessage",
    "00G": "Group",
    "00P": "Attachment",
    "00e": "Profile",
    "00a": "CaseComment",
    "00k": "OpportunityLineItem",
    "068": "ContentVersion",
    "069": "ContentDocument",
    "0PS": "PermissionSet",
    "0Pa": "PermissionSetAssignment",
    "110": "ObjectPermissions",
    "500": "Case",
    "570": "LiveChatTranscript",
    "701": "Campaign",
    "00v": "CampaignMember",
    "800": "Contract",
    "801": "Order",
    "01t": "Product2",
    "01s": "PricebookEntry",
    "0Q0": "Quote",
    "0D5": "FeedItem",
    "ka0": "Knowledge__kav",
}
"""Key prefix to object, standard objects only; a custom object's prefix differs in each organisation."""


def id18(expression: str) -> str:
    """Gives SQL that turns a 15-character id into its 18-character form and leaves anything else as it is.

    Each added character stands for five characters, an upper-case one being a set bit, the first the lowest.
    """
    sums = [
        " + ".join(
            f"CASE WHEN substr({expression}, {start + place}, 1) BETWEEN 'A' AND 'Z' THEN {1 << place} ELSE 0 END"
            for place in range(5)
        )
        for start in (1, 6, 11)
    ]
    letters = " || ".join(f"substr('{CHECK}', 1 + {bits}, 1)" for bits in sums)
    return f"CASE WHEN length({expression}) = 15 THEN {expression} || {letters} ELSE {expression} END"


def short_id(text: str) -> str:
    """Gives the 15 characters that tell records apart; a text that is no id stays as it is."""
    return text[:15] if is_id(text) else text
