"""Known good: hits that the organisation has explained are set aside, and the report says how many and why."""

from collections.abc import Sequence
from datetime import timedelta
from ipaddress import ip_network

from spillmark.clock import is_date, parse_instant, to_utc
from spillmark.detect.answers import within
from spillmark.detect.fields import expression
from spillmark.detect.rules import RuleSet
from spillmark.engine.interface import Engine, Step, literal
from spillmark.errors import ContentError
from spillmark.model.evidence import Skip
from spillmark.model.org import Allow, App


def set_aside(engine: Engine, found: str, kept: str, rules: RuleSet, allow: Sequence[Allow]) -> tuple[Skip, ...]:
    """Makes the table `kept` (rule, evidence, row) of `found` without what the entries explain.

    An entry sets a hit aside where every field of `when` has that value (without regard to case; an address may be
    given as a network) and the event is not after `until`. An entry that cannot be applied sets nothing aside.
    """
    skipped: list[Skip] = []
    aside = [f"SELECT rule, evidence, row FROM {found} WHERE false"]
    for entry in allow:
        try:
            sql = _select(engine, found, rules, entry)
            count = int(str(engine.one(f"SELECT count(*) FROM ({sql})")[0]))
        except Exception as error:  # noqa: BLE001 - one entry; the others go on
            skipped.append(Skip(None, f"known good for rule {entry.rule}", f"could not be applied: {error}", "failed"))
            continue
        if count:
            aside.append(sql)
            skipped.append(Skip(None, f"rule {entry.rule}", _say(entry, count), "note"))
    if len(aside) == 1:
        engine.run([Step(kept, f"SELECT rule, evidence, row FROM {found}", keep="view")])
    else:
        engine.run([Step(kept, f"SELECT rule, evidence, row FROM {found} EXCEPT ({' UNION '.join(aside)})")])
    return tuple(skipped)


def known_apps(rules: RuleSet, apps: Sequence[App]) -> tuple[Allow, ...]:
    """Gives an entry for each app of the org file and each rule that passes over known apps.

    An app that is listed with an id is known by that only, so that an imitation of its name is not.
    """
    return tuple(
        Allow(
            rule=rule.id,
            when={"app_id": app.id[:15]} if app.id is not None else {"app": app.name},
            why=f"the org file lists the app {app.name}",
            owner=app.owner,
        )
        for rule in rules.rules
        if rule.meta.spares_known_apps
        for app in apps
    )


def _say(entry: Allow, count: int) -> str:
    when = ", ".join(f"{field} = {value}" for field, value in sorted(entry.when.items())) or "any event"
    parts = [f"{count} hits set aside as known good ({when})"]
    parts.append(f"why: {entry.why}" if entry.why else "no reason given")
    parts.append(f"owner: {entry.owner}" if entry.owner else "no owner given")
    parts.append(f"until: {entry.until}" if entry.until else "no end given")
    return "; ".join(parts)


def _select(engine: Engine, found: str, rules: RuleSet, entry: Allow) -> str:
    rule = rules.find(entry.rule)
    tests = [f"h.rule = {literal(rule.id if rule is not None else entry.rule)}"]
    tests.extend(_test(engine, found, field, value) for field, value in sorted(entry.when.items()))
    if entry.until is not None:
        end = to_utc(parse_instant(entry.until)).replace(tzinfo=None)
        # The day that is named is the last one that counts.
        limit = f"< TIMESTAMP '{end + timedelta(days=1)}'" if is_date(entry.until) else f"<= TIMESTAMP '{end}'"
        tests.append(f"e.time {limit}")
    return f"""
        SELECT DISTINCT h.rule, h.evidence, h.row
        FROM {found} h
        JOIN detect_acting e USING (evidence, row)
        WHERE {" AND ".join(tests)}
        """


def _test(engine: Engine, found: str, field: str, value: str) -> str:
    sql = expression(field, engine.columns("detect_acting"), "e")
    if sql is None:
        raise ContentError(f"events have no field {field}", hint="use a column of the events, such as user or app_id")
    if field != "src_ip" or "/" not in value:
        return f"lower({sql}) = lower({literal(value)})"
    network = ip_network(value, strict=False)
    used = engine.rows(f"SELECT DISTINCT {sql} FROM {found} h JOIN detect_acting e USING (evidence, row)")
    inside = sorted(str(text) for (text,) in used if text is not None and within(str(text), network))
    return f"{sql} IN ({', '.join(literal(text) for text in inside)})" if inside else "false"
