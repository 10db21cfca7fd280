"""The pages of Setup give their logs in the viewer's own words, times and order."""

from datetime import datetime
from pathlib import Path

from tests.normal.products.test_salesforce import read, table


def test_the_page_of_the_setup_audit_trail_says_what_the_object_says(tmp_path: Path) -> None:
    told = "Changed permission set Service Desk: View All Data permission was changed from disabled to enabled"
    page = {"Date": "7/15/2025, 2:01:00 PM", "User": "sam.ortiz@brackwater.example", "Source Namespace Prefix": ""}
    page |= {"Action": told, "Section": "Manage Users", "Delegate User": ""}
    trail = {"CreatedDate": "2025-07-15T14:01:00.000+0000", "Action": "PermSetEnableUserPerm", "Display": told}
    trail |= {"Section": "Manage Users", "CreatedBy.Username": "sam.ortiz@brackwater.example"}
    (shown,), _ = read(tmp_path / "page", "page.csv", table([page]))
    (kept,), _ = read(tmp_path / "object", "object.csv", table([trail]))
    assert shown["time"] == datetime.fromisoformat("2025-07-15T14:01")
    own = ("source", "activity", "operation", "row", "detail")
    assert {k: v for k, v in shown.items() if k not in own} == {k: v for k, v in kept.items() if k not in own}


def test_a_zone_that_cannot_be_read_gives_no_wrong_time(tmp_path: Path) -> None:
    row = {"Username": "dana.whitlock@brackwater.example", "Login Time": "7/15/2025 2:10:31 PM PDT"}
    row |= {"Source IP": "203.0.113.77", "Login Type": "Application", "Status": "Success"}
    found, skipped = read(tmp_path, "LoginHistory.csv", table([row]))
    assert found == []
    assert any("no time that can be read in Login Time" in skip.why for skip in skipped)
