"""The platform's settings at the time, in the shape of its metadata types: what let the call succeed.

Names as in Salesforce's Metadata API; each type holds one object, or a list where there are several. The policy object
is public read-only, so that every user sees all policies; contacts are private with an owner-based sharing rule.
"""

import json
from pathlib import Path

from spillmark.rehearse.journal import Json
from spillmark.rehearse.org import Organisation
from spillmark.rehearse.scenario import ConnectedApp

FLAGS = ("ApiEnabled", "ApiUserOnly", "ViewAllData", "ModifyAllData", "CanApproveUninstalledApps")


def write_settings(org: Organisation, folder: Path) -> None:
    """Writes settings/salesforce.json."""
    target = folder / "settings" / "salesforce.json"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(json.dumps(_settings(org), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def _settings(org: Organisation) -> Json:
    scenario = org.scenario
    stranger = scenario.thief.app
    apps: list[Json] = [_app(app) for key, app in scenario.apps.items() if key != stranger]
    return {
        "Organization": {"Id": scenario.platform.org_id, "Name": scenario.organisation["name"], "IsSandbox": False},
        "ConnectedAppSettings": {
            "enableAdminApprovedAppsOnly": False,
            "enableAdminApprovedAppsOnlyForExternalUser": False,
        },
        "ConnectedApp": apps,
        "OauthOidcSettings": {"blockOAuthUnPwFlow": False, "blockOAuthUsrAgtFlow": True, "isPkceRequired": False},
        "PermissionSet": _permission_sets(),
        "PermissionSetAssignment": _assignments(org),
        "CustomObject": _objects(),
        "SharingRules": _sharing(),
        "TransactionSecurityPolicy": [],
        "EventSettings": {
            "enableEventLogGeneration": True,
            "eventLogRetentionDuration": 30,
            "enableDeleteMonitoringData": False,
            "enableTransactionSecurityPolicies": False,
        },
        "RealTimeEventSettings": {"realTimeEvents": _streams()},
        "SecuritySettings": {
            "networkAccess": {"ipRanges": []},
            "enableAdminLoginAsAnyUser": False,
            "sessionSettings": {
                "sessionTimeout": "TwoHours",
                "enforceIpRangesEveryRequest": False,
                "lockSessionsToIp": False,
                "lockSessionsToDomain": True,
                "requireHttpOnly": True,
            },
        },
        "SharingSettings": {"enableSecureGuestAccess": True},
    }


def _app(app: ConnectedApp) -> Json:
    loader = app.name.startswith("Dataloader")
    scopes: list[Json] = ["Api", "RefreshToken"] if not loader else ["Full", "RefreshToken"]
    return {
        "fullName": app.name.replace(" ", "_"),
        "label": app.name,
        "id": app.id,
        "oauthConfig": {
            "isDeviceFlowEnabled": loader,
            "isAdminApproved": not loader,
            "isPkceRequired": False,
            "scopes": scopes,
        },
        "oauthPolicy": {
            "refreshTokenPolicy": "infinite",
            "ipRelaxation": "RELAX" if loader else "ENFORCE",
        },
    }


def _permission_sets() -> Json:
    return [
        _permissions(
            "Service_Agent", ["ApiEnabled", "RunReports"], {"Contact": True, "Policy__c": False, "Account": True}
        ),
        _permissions("Corporate_Desk", ["RunReports"], {"Contact": True, "Policy__c": False, "Account": True}),
        _permissions("Integration_Read", ["ApiEnabled", "ApiUserOnly", "ViewAllData"], {"Contact": False}),
        _permissions(
            "Platform_Administrator",
            ["ApiEnabled", "ViewAllData", "ModifyAllData", "ManageUsers", "CustomizeApplication"],
            {"Contact": True, "Policy__c": True, "Account": True},
        ),
    ]


def _permissions(name: str, rights: list[str], objects: dict[str, bool]) -> Json:
    """Gives one permission set as the Metadata API writes it, with the flags that a query of it would show."""
    granted: list[Json] = [{"name": right, "enabled": True} for right in rights]
    flags: dict[str, Json] = {f"Permissions{right}": right in rights for right in FLAGS}
    all_records = "ViewAllData" in rights
    access: list[Json] = [
        {"object": entity, "allowRead": True, "allowEdit": edit, "allowDelete": False, "viewAllRecords": all_records}
        for entity, edit in objects.items()
    ]
    head: dict[str, Json] = {"fullName": name, "label": name.replace("_", " ")}
    return head | {"userPermissions": granted, "objectPermissions": access} | flags


def _assignments(org: Organisation) -> Json:
    names = {"service": "Service_Agent", "corporate": "Corporate_Desk", "integration": "Integration_Read"}
    return [
        {
            "AssigneeId": user.id,
            "Assignee": user.username,
            "PermissionSet": names.get(user.group, "Platform_Administrator"),
        }
        for user in org.users.values()
    ]


def _objects() -> Json:
    return [
        {"fullName": "Account", "sharingModel": "Private", "externalSharingModel": "Private"},
        {"fullName": "Contact", "sharingModel": "Private", "externalSharingModel": "Private"},
        {"fullName": "Policy__c", "sharingModel": "Read", "externalSharingModel": "Private"},
    ]


def _sharing() -> Json:
    rule: Json = {
        "fullName": "Service_contacts",
        "accessLevel": "Edit",
        "label": "Contacts of service agents to service agents",
        "sharedFrom": {"group": "Service"},
        "sharedTo": {"group": "Service"},
    }
    return [{"fullName": "Contact", "sharingOwnerRules": [rule]}]


def _streams() -> Json:
    names = ("ApiEvent", "BulkApiResultEvent", "LoginEventStream")
    return [{"entityName": name, "isEnabled": True, "isStreamingEnabled": True} for name in names]
