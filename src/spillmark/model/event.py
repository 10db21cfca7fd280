"""The one common form of an audit-log row, in OCSF terms: the columns of the `events` table and of events.parquet."""

EVENT_COLUMNS: dict[str, str] = {
    "evidence": "VARCHAR",
    "row": "BIGINT",
    "part": "INTEGER",  # which event of a record that holds several, from 1; NULL where it holds one
    "time": "TIMESTAMP",  # UTC, microseconds
    "source": "VARCHAR",  # the mapping's id, such as salesforce.elf.login
    "class_uid": "INTEGER",  # OCSF class
    "activity": "VARCHAR",  # the vendor's own code or type of the event, as it stands
    "activity_name": "VARCHAR",  # what was done, in our words (content/vocab/activities.yaml); OCSF activity_name
    "status": "VARCHAR",  # success | failure | other words of the vendor, lower case
    "user": "VARCHAR",
    "user_id": "VARCHAR",
    "user_type": "VARCHAR",
    "session": "VARCHAR",
    "login_key": "VARCHAR",
    "request_id": "VARCHAR",
    "event_id": "VARCHAR",
    "app": "VARCHAR",
    "app_id": "VARCHAR",
    "client": "VARCHAR",
    "user_agent": "VARCHAR",
    "src_ip": "VARCHAR",
    "src_location": "VARCHAR",
    "operation": "VARCHAR",
    "object": "VARCHAR",
    "object_name": "VARCHAR",
    "record_ids": "VARCHAR[]",
    "query": "VARCHAR",
    "rows": "BIGINT",
    "bytes": "BIGINT",
    "job_id": "VARCHAR",
    "target_user": "VARCHAR",
    "target_group": "VARCHAR",
    "target_role": "VARCHAR",
    "permission": "VARCHAR",
    "setting": "VARCHAR",
    "setting_old": "VARCHAR",
    "setting_new": "VARCHAR",
    "factor": "VARCHAR",
    "detail": "VARCHAR",  # JSON object of the vendor's fields that no column above holds
    "findings": "VARCHAR[]",
}
"""Column name to SQL type, in the order of the file. An absent value is NULL, never an empty string."""
