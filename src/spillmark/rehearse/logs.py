"""Event log files and free log objects of Salesforce: which columns each has.

Columns as in Salesforce's Object Reference, "EventLogFile Supported Event Types", and as seen in published samples;
every type carries the common block. Real files hold more columns with each release: readers go by the header.
"""

from spillmark.rehearse.journal import Log

_HEAD = ("EVENT_TYPE", "TIMESTAMP", "REQUEST_ID", "ORGANIZATION_ID", "USER_ID")
_RUN = ("RUN_TIME", "CPU_TIME", "URI", "SESSION_KEY", "LOGIN_KEY", "USER_TYPE", "REQUEST_STATUS", "DB_TOTAL_TIME")
_TAIL = ("TIMESTAMP_DERIVED", "USER_ID_DERIVED", "CLIENT_IP", "URI_ID_DERIVED")


def _elf(name: str, *own: str) -> Log:
    return Log(f"logs/eventlogfile/{name}.csv", "csv", (*_HEAD, *_RUN, *own, *_TAIL))


LOGIN = _elf(
    "Login", "BROWSER_TYPE", "API_TYPE", "API_VERSION", "USER_NAME", "TLS_PROTOCOL", "CIPHER_SUITE",
    "AUTHENTICATION_METHOD_REFERENCE", "LOGIN_TYPE", "LOGIN_SUB_TYPE", "LOGIN_STATUS", "SOURCE_IP", "FORWARDED_FOR_IP",
    "COUNTRY_CODE", "LOGIN_URL",
)  # fmt: skip
REST_API = _elf(
    "RestApi", "METHOD", "MEDIA_TYPE", "STATUS_CODE", "USER_AGENT", "ROWS_PROCESSED", "NUMBER_FIELDS", "DB_BLOCKS",
    "DB_CPU_TIME", "REQUEST_SIZE", "RESPONSE_SIZE", "ENTITY_NAME", "CONNECTED_APP_ID", "CLIENT_NAME",
    "EXCEPTION_MESSAGE", "QUERY",
)  # fmt: skip
SOAP_API = _elf(
    "API", "API_TYPE", "API_VERSION", "CLIENT_NAME", "METHOD_NAME", "ENTITY_NAME", "ROWS_PROCESSED", "REQUEST_SIZE",
    "RESPONSE_SIZE", "DB_BLOCKS", "DB_CPU_TIME", "EXCEPTION_MESSAGE",
)  # fmt: skip
BULK_API_2 = _elf(
    "BulkApi2", "JOB_ID", "ENTITY_TYPE", "OPERATION_TYPE", "JOB_STATUS", "RECORDS_PROCESSED", "RECORDS_FAILED",
    "RESULT_SIZE_MB", "ERROR_MESSAGE",
)  # fmt: skip
UNIQUE_QUERY = Log(
    "logs/eventlogfile/UniqueQuery.csv",
    "csv",
    (
        *_HEAD,
        "SESSION_KEY",
        "LOGIN_KEY",
        "QUERY_TYPE",
        "QUERY_IDENTIFIER",
        "SQL_ID",
        "TIMESTAMP_DERIVED",
        "USER_ID_DERIVED",
    ),
)
API_TOTAL_USAGE = Log(
    "logs/eventlogfile/ApiTotalUsage.csv",
    "csv",
    (*_HEAD, "USER_NAME", "API_FAMILY", "API_VERSION", "API_RESOURCE", "CLIENT_NAME", "HTTP_METHOD", "CLIENT_IP",
     "COUNTS_AGAINST_API_LIMIT", "CONNECTED_APP_ID", "CONNECTED_APP_NAME", "ENTITY_NAME", "STATUS_CODE",
     "API_CLIENT_CATEGORY", "TIMESTAMP_DERIVED"),
)  # fmt: skip
API_EVENT = Log("logs/realtime/ApiEvent.json", "json")
BULK_RESULT_EVENT = Log("logs/realtime/BulkApiResultEventStore.json", "json")
LOGIN_EVENT_STREAM = Log("logs/realtime/LoginEventStream.jsonl", "jsonl")
LOGIN_HISTORY = Log(
    "logs/LoginHistory.csv",
    "csv",
    ("Id", "UserId", "LoginTime", "LoginType", "LoginSubType", "SourceIp", "LoginUrl", "Application", "Browser",
     "Platform", "ClientVersion", "ApiType", "ApiVersion", "Status", "TlsProtocol", "CipherSuite", "CountryIso"),
)  # fmt: skip
SETUP_AUDIT_TRAIL = Log(
    "logs/SetupAuditTrail.csv",
    "csv",
    ("Id", "Action", "Section", "CreatedDate", "CreatedById", "Display", "DelegateUser", "ResponsibleNamespacePrefix",
     "CreatedByContext", "CreatedByIssuer"),
)  # fmt: skip
OAUTH_TOKEN = Log(
    "logs/OauthToken.csv",
    "csv",
    ("Id", "UserId", "AppName", "AppMenuItemId", "CreatedDate", "LastUsedDate", "UseCount"),
)
