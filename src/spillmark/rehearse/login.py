"""Logins: one act that shows in Login, LoginHistory and the LoginEvent stream."""

from spillmark.rehearse import logs
from spillmark.rehearse.ids import api_time, id18
from spillmark.rehearse.journal import Json
from spillmark.rehearse.session import SAID, TLS, Call, Scribe, Session

BROWSER = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36"
)
OAUTH = "i"
WRONG_PASSWORD = "LOGIN_ERROR_INVALID_PASSWORD"  # noqa: S105 - a status of the log


def log_in(scribe: Scribe, session: Session, call: Call, *, sub_type: str = "", status: str = "LOGIN_NO_ERROR") -> None:
    """Logs a login; one by an app comes through the token endpoint, one without an app through the browser.

    LoginEvent does not track integration users (Platform Events guide, LoginEventStream).
    """
    kind = "A" if session.app is None else OAUTH
    _event_log(scribe, session, call, kind, sub_type, status)
    said = "Success" if status == "LOGIN_NO_ERROR" else "Invalid Password"
    _history(scribe, session, call, kind, sub_type, said)
    if session.user.group != "integration":
        _stream(scribe, session, call, kind, sub_type, said)


def _event_log(scribe: Scribe, session: Session, call: Call, kind: str, sub_type: str, status: str) -> None:
    by_app = session.app is not None
    scribe.elf(
        logs.LOGIN,
        session,
        call,
        SESSION_KEY="",
        LOGIN_KEY=session.login_key if status == "LOGIN_NO_ERROR" else "",
        URI="/services/oauth2/token" if by_app else "/index.jsp",
        CLIENT_IP="Salesforce.com IP" if by_app else session.ip,
        BROWSER_TYPE=session.browser if by_app else session.agent,
        API_VERSION="9998.0",
        USER_NAME=session.user.username,
        AUTHENTICATION_METHOD_REFERENCE="",
        LOGIN_TYPE=kind,
        LOGIN_SUB_TYPE=sub_type,
        LOGIN_STATUS=status,
        SOURCE_IP=session.ip,
        COUNTRY_CODE=session.country,
        LOGIN_URL="login.salesforce.com",
        **TLS,
    )


def _history(scribe: Scribe, session: Session, call: Call, kind: str, sub_type: str, said: str) -> None:
    values: dict[str, Json] = {
        "Id": session.history_id,
        "UserId": session.user.id,
        "LoginTime": api_time(call.time),
        "LoginType": SAID[kind],
        "LoginSubType": sub_type,
        "SourceIp": session.ip,
        "LoginUrl": "login.salesforce.com",
        "Application": session.app_name or "Browser",
        "Browser": "Unknown" if session.app else "Chrome 126",
        "Platform": "Unknown" if session.app else "Windows 10",
        "ClientVersion": "N/A",
        "ApiType": "N/A",
        "ApiVersion": "N/A",
        "Status": said,
        "TlsProtocol": "TLS 1.2",
        "CipherSuite": TLS["CIPHER_SUITE"],
        "CountryIso": session.country,
    }
    scribe.log(logs.LOGIN_HISTORY, call, values)


def _stream(scribe: Scribe, session: Session, call: Call, kind: str, sub_type: str, said: str) -> None:
    payload: dict[str, Json] = {
        "CreatedDate": api_time(call.time),
        "EventDate": api_time(call.time),
        "EventIdentifier": scribe.uuid(),
        "UserId": session.user.id,
        "Username": session.user.username,
        "UserType": "Standard",
        "LoginKey": session.login_key if said == "Success" else None,
        "LoginHistoryId": session.history_id,
        "SessionKey": None,
        "SessionLevel": "STANDARD" if said == "Success" else None,
        "LoginType": SAID[kind],
        "LoginSubType": sub_type or None,
        "LoginUrl": "login.salesforce.com",
        "Application": session.app_name or "Browser",
        "Browser": "Unknown" if session.app else "Chrome",
        "Platform": "Unknown" if session.app else "Windows 10",
        "ClientVersion": "N/A",
        "ApiType": "N/A",
        "ApiVersion": "N/A",
        "SourceIp": session.ip,
        "CountryIso": session.country,
        "Status": said,
        "HttpMethod": "POST",
        "TlsProtocol": "TLS 1.2",
        "CipherSuite": TLS["CIPHER_SUITE"],
        "EvaluationTime": 0.0,
        "PolicyId": None,
        "PolicyOutcome": None,
        "RelatedEventIdentifier": None,
        "AdditionalInfo": "{}",
    }
    event: dict[str, Json] = {"replayId": scribe.replay()}
    channel = "/event/LoginEventStream"
    scribe.log(logs.LOGIN_EVENT_STREAM, call, {"channel": channel, "data": {"event": event, "payload": payload}})


def grant(scribe: Scribe, session: Session, call: Call, *, last_used: str, uses: int) -> None:
    """Logs the standing grant of an app to a user, as OauthToken lists it while it lives."""
    values: dict[str, Json] = {
        "Id": scribe.serial_id("0CQ"),
        "UserId": session.user.id,
        "AppName": session.app_name,
        "AppMenuItemId": id18(session.app_id),
        "CreatedDate": api_time(call.time),
        "LastUsedDate": last_used,
        "UseCount": str(uses),
    }
    scribe.log(logs.OAUTH_TOKEN, call, values)
