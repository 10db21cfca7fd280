"""The use case: evidence in, case document out; story, conflicts, severity, actions and the case folder."""
