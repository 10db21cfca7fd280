"""Whole answers, each worked out by hand from the text of the law."""

import json
from datetime import datetime

import pytest

from spillmark.duties.evaluate import evaluate_all
from spillmark.duties.facts import load_facts
from spillmark.duties.packs import Pack, load_packs, read_pack
from spillmark.output import answer as answer_view
from tests.duties.cases import answer, of, off, one, shown

OWNER_EU = "role: owner\norganisation: {domicile: FR, establishments: [FR]}\n"
OWNER_US = "role: owner\norganisation: {domicile: US-OR, establishments: [US]}\n"
TAKEN = "incident: {kind: acquisition, encrypted: false, harm: unknown}\n"


def test_european_controller_tells_its_lead_authority_in_72_hours_of_the_events_offset() -> None:
    facts = OWNER_EU + TAKEN + "clock: {awareness: 2025-03-04T17:40+01:00}\npeople: [{residence: FR, count: 12}]"
    found = answer(facts)
    authority = one(found, "eu-gdpr", "authority")
    assert (authority.residence, authority.due, authority.status) == ("FR", "2025-03-07T17:40:00+01:00", "running")
    assert "+72 hours" in (authority.due_basis or "")
    assert authority.alternatives[0].due == "2025-03-07T18:00:00+01:00"
    individuals = one(found, "eu-gdpr", "individuals")
    assert (individuals.status, individuals.missing) == ("needs_fact", ("incident.harm",))
    assert [question.fact for question in found.questions] == ["incident.harm", "people.data_classes"]
    assert individuals.id in found.questions[0].duties


def test_no_establishment_means_every_authority_where_persons_live() -> None:
    people = "people: [{residence: FR, count: 12}, {residence: DE-BE, count: 1}, {residence: NO, count: 3}]"
    found = answer(OWNER_US + TAKEN + "clock: {awareness: 2025-03-04T17:40-08:00}\n" + people)
    authorities = of(found, "eu-gdpr", "authority")
    assert [duty.residence for duty in authorities] == ["DE-BE", "FR", "NO"]
    assert {duty.due for duty in authorities} == {"2025-03-07T17:40:00-08:00"}
    assert one(found, "fr-cnil", "authority").residence == "FR"


def test_unknown_establishments_leave_open_which_authority() -> None:
    found = answer("role: owner\n" + TAKEN + "people: [{residence: FR, count: 12}]")
    authority = one(found, "eu-gdpr", "authority")
    assert authority.status == "needs_fact"
    assert authority.missing == ("organisation.establishments", "awareness")


def test_processor_has_no_duty_to_an_authority() -> None:
    facts = (
        "role: processor\nparties: [{name: Mutuelle A, role: owner, residence: FR}, {name: Mutuelle B, role: owner}]\n"
    )
    found = answer(facts + TAKEN + "clock: {awareness: 2025-03-04}\npeople: [{residence: FR, count: 900}]")
    assert {(duty.audience, duty.obliged) for duty in found.duties} == {("owner", "processor")}
    assert [duty.to for duty in of(found, "eu-gdpr")] == ["Mutuelle A", "Mutuelle B"]
    assert {duty.due for duty in found.duties} == {None}
    assert all(duty.promptness for duty in found.duties)


def test_what_a_processor_of_ours_owes_us_runs_on_its_own_clock() -> None:
    party = "parties: [{name: Hoster, role: processor, clock: {awareness: 2025-03-01T08:00+01:00}}]\n"
    found = answer(OWNER_EU + party + TAKEN + "clock: {awareness: 2025-03-04}\npeople: [{residence: FR, count: 1}]")
    owed = one(found, "eu-gdpr", "owner")
    assert (owed.obliged, owed.starts.time) == ("processor", "2025-03-01T08:00+01:00")
    assert one(found, "eu-gdpr", "authority").due == "2025-03-07"  # what the processor knew, we did not
    told = answer(
        OWNER_EU + party + "clock: {notification: 2025-03-04}\npeople: [{residence: FR, count: 1}]",
    )
    assert one(told, "eu-gdpr", "owner").status == "met"


def test_a_bare_date_gives_the_earliest_tenable_end() -> None:
    found = answer(OWNER_EU + "clock: {awareness: 2025-03-04}\npeople: [{residence: FR, count: 1}]")
    authority = one(found, "eu-gdpr", "authority")
    assert authority.due == "2025-03-07"
    assert "earliest tenable" in (authority.due_basis or "")


@pytest.mark.parametrize(
    ("now", "status"),
    [
        ("2025-03-06T17:39:00+01:00", "running"),
        ("2025-03-06T17:40:00+01:00", "due_soon"),
        ("2025-03-07T17:40:00+01:00", "due_soon"),
        ("2025-03-07T08:40:01-08:00", "overdue"),
    ],
)
def test_status_at_the_edges_of_an_instant(now: str, status: str) -> None:
    facts = OWNER_EU + "clock: {awareness: 2025-03-04T17:40+01:00}\npeople: [{residence: FR, count: 1}]"
    assert one(answer(facts, now), "eu-gdpr", "authority").status == status


@pytest.mark.parametrize(
    ("now", "status"),
    [
        ("2026-02-05T23:59:00-08:00", "running"),
        ("2026-02-06T00:00:00-08:00", "due_soon"),
        ("2026-02-10T07:59:00+00:00", "due_soon"),  # still 9 February in California
        ("2026-02-10T08:00:00+00:00", "overdue"),
    ],
)
def test_status_at_the_edges_of_a_date_in_the_events_offset(now: str, status: str) -> None:
    facts = OWNER_US + TAKEN + "clock: {discovery: '2026-01-10T10:00:00-08:00'}\n"
    people = "people: [{residence: US-CA, count: 1, data_classes: [name, national_id]}]"
    assert one(answer(facts + people, now), "us-ca", "individuals").status == status


def test_missing_event_never_falls_back_to_another() -> None:
    facts = OWNER_EU + "clock: {occurrence: 2025-03-01, detection: 2025-03-02, discovery: 2025-03-03}\n"
    authority = one(answer(facts + "people: [{residence: FR, count: 1}]"), "eu-gdpr", "authority")
    assert (authority.status, authority.due, authority.missing) == ("running", None, ("awareness",))
    assert authority.starts.event == "awareness"
    assert authority.starts.time is None


def test_clock_starts_when_a_compromised_key_became_known() -> None:
    facts = OWNER_EU + "incident: {encrypted: true}\nclock: {awareness: 2025-02-01, key_compromise_known: 2025-03-04}\n"
    authority = one(answer(facts + "people: [{residence: FR, count: 1}]"), "eu-gdpr", "authority")
    assert authority.due == "2025-03-07"
    assert "compromise of the key" in (authority.due_basis or "")


def test_unlikely_harm_leaves_the_register_only() -> None:
    facts = OWNER_EU + "incident: {harm: unlikely}\nclock: {awareness: 2025-03-04}\npeople: [{residence: FR, count: 1}]"
    found = answer(facts)
    assert [duty.audience for duty in of(found, "eu-gdpr")] == ["other"]
    assert any("art. 33(1)" in why for why in of(found, "eu-gdpr")[0].why)
    assert "high risk" in off(found, "fr-cnil") or "art. 33(1)" in off(found, "fr-cnil")


def test_encrypted_with_a_safe_key_spares_the_letters_under_the_gdpr() -> None:
    facts = OWNER_EU + "incident: {encrypted: true, key_taken: false, harm: likely}\nclock: {awareness: 2025-03-04}\n"
    found = answer(facts + "people: [{residence: FR, count: 1}]")
    assert of(found, "eu-gdpr", "individuals") == []
    assert len(of(found, "eu-gdpr", "authority")) == 1


def test_encrypted_with_an_unknown_key_is_a_question_in_california() -> None:
    facts = OWNER_US + "incident: {kind: acquisition, encrypted: true}\nclock: {discovery: 2026-01-10}\n"
    duty = one(
        answer(facts + "people: [{residence: US-CA, count: 9, data_classes: [name, national_id]}]"),
        "us-ca",
        "individuals",
    )
    assert (duty.status, duty.missing, duty.due) == ("needs_fact", ("incident.key_taken",), "2026-02-09")


def test_access_leaves_acquisition_open_unless_evidence_excludes_it() -> None:
    people = "people: [{residence: US-CA, count: 9, data_classes: [name, national_id]}]"
    facts = OWNER_US + "incident: {kind: access, encrypted: false%s}\nclock: {discovery: 2026-01-10}\n"
    duty = one(answer(facts % "" + people), "us-ca", "individuals")
    assert duty.missing == ("incident.acquisition_excluded",)
    assert "evidence excludes" in off(answer(facts % ", acquisition_excluded: true" + people), "us-ca")


def test_california_before_and_from_2026() -> None:
    people = "people: [{residence: US-CA, count: 501, data_classes: [name, national_id]}]"
    old = answer(OWNER_US + TAKEN + "clock: {occurrence: 2025-12-31, discovery: 2026-01-10}\n" + people)
    assert [(duty.audience, duty.due) for duty in of(old, "us-ca")] == [("individuals", None), ("authority", None)]
    new = answer(OWNER_US + TAKEN + "clock: {occurrence: 2026-01-01, discovery: 2026-01-10}\n" + people)
    assert one(new, "us-ca", "individuals").due == "2026-02-09"
    said = answer("law_as_of: 2025-06-01\n" + OWNER_US + TAKEN + "clock: {discovery: 2026-01-10}\n" + people)
    assert one(said, "us-ca", "individuals").due is None


@pytest.mark.parametrize(("count", "told"), [("499", 0), ("500", 0), ("501", 1)])
def test_california_attorney_general_from_more_than_500(count: str, told: int) -> None:
    people = f"people: [{{residence: US-CA, count: {count}, data_classes: [name, national_id]}}]"
    found = answer(OWNER_US + TAKEN + "clock: {discovery: 2026-01-10}\n" + people)
    assert len(of(found, "us-ca", "authority")) == told
    assert len(of(found, "us-ca", "individuals")) == 1


def test_rows_of_one_residence_add_up_and_only_rows_with_listed_data_count() -> None:
    rows = "{residence: US-CA, count: 300, data_classes: [name, national_id]}"
    more = "{residence: US-CA, count: 201, data_classes: [email, credentials]}"
    contact = "{residence: US-CA, count: 9000, data_classes: [name, email]}"
    facts = OWNER_US + TAKEN + "clock: {discovery: 2026-01-10}\npeople: "
    assert len(of(answer(f"{facts}[{rows}, {more}, {contact}]"), "us-ca", "authority")) == 1
    assert of(answer(f"{facts}[{rows}, {contact}]"), "us-ca", "authority") == []


def test_unknown_count_is_a_question_only_for_the_threshold() -> None:
    people = "people: [{residence: US-CA, count: unknown, data_classes: [name, national_id]}]"
    found = answer(OWNER_US + TAKEN + "clock: {discovery: 2026-01-10}\n" + people)
    assert one(found, "us-ca", "individuals").status == "running"
    assert one(found, "us-ca", "authority").missing == ("people.count", "notice_to_individuals")


def test_unknown_state_is_asked_for_and_shows_no_state_law() -> None:
    found = answer(OWNER_US + TAKEN + "people: [{residence: US, count: 12000, data_classes: [name, national_id]}]")
    assert shown(found) == set()
    assert [question.fact for question in found.questions] == ["people.residence"]


def test_residence_eu_alone_is_enough_for_the_gdpr_and_asks_for_the_country() -> None:
    found = answer(OWNER_US + TAKEN + "clock: {awareness: 2025-03-04}\npeople: [{residence: EU, count: 20}]")
    assert one(found, "eu-gdpr", "authority").residence == "EU"
    assert "people.residence" in [question.fact for question in found.questions]
    assert "fr-cnil" not in shown(found)


def test_unknown_data_is_a_question() -> None:
    found = answer(OWNER_US + TAKEN + "clock: {discovery: 2026-01-10}\npeople: [{residence: US-CA, count: 3}]")
    assert one(found, "us-ca", "individuals").missing == ("people.data_classes",)


def test_united_states_only_is_no_matter_of_the_gdpr() -> None:
    found = answer(OWNER_US + TAKEN + "people: [{residence: US-CA, count: 3, data_classes: [name, email]}]")
    assert shown(found) == {"us-ca"}
    assert "holds nothing that the law lists" in off(found, "us-ca")


def test_american_controller_with_a_french_establishment_and_american_customers_is_asked_for_the_context() -> None:
    facts = "role: owner\norganisation: {domicile: US-OR, establishments: [US, FR]}\n"
    found = answer(facts + TAKEN + "clock: {awareness: 2025-03-04}\npeople: [{residence: US-OR, count: 1}]")
    authority = one(found, "eu-gdpr", "authority")
    assert (authority.residence, authority.status) == ("FR", "needs_fact")
    assert authority.missing == ("organisation.flags.eea_context",)


def test_unknown_people_leave_open_whether_personal_data_is_concerned() -> None:
    found = answer(OWNER_EU + TAKEN + "clock: {awareness: 2025-03-04}\n")
    assert {duty.status for duty in of(found, "eu-gdpr")} == {"needs_fact"}
    assert all("people" in duty.missing for duty in of(found, "eu-gdpr"))


def test_social_security_numbers_in_france_need_letters_while_harm_is_unknown() -> None:
    facts = (
        OWNER_EU
        + TAKEN
        + "clock: {awareness: 2025-03-04}\npeople: [{residence: FR, count: 1, data_classes: [name, %s]}]"
    )
    assert one(answer(facts % "national_id"), "fr-cnil", "individuals").status == "running"
    assert one(answer(facts % "email"), "fr-cnil", "individuals").status == "needs_fact"


def test_minors_are_written_to_through_their_parents() -> None:
    facts = OWNER_EU + "incident: {harm: likely}\nclock: {awareness: 2025-03-04}\n"
    some = one(answer(facts + "people: [{residence: FR, count: 9, minors: 2}]"), "eu-gdpr", "individuals")
    none = one(answer(facts + "people: [{residence: FR, count: 9, minors: 0}]"), "eu-gdpr", "individuals")
    maybe = one(answer(facts + "people: [{residence: FR, count: 9}]"), "eu-gdpr", "individuals")
    parent = [[line for line in duty.content if "parent" in line] for duty in (some, none, maybe)]
    assert [len(lines) for lines in parent] == [1, 0, 1]
    assert "not known yet" in parent[2][0]
    assert maybe.status == "running"  # how to address a letter does not hold it up


def test_given_notice_is_met_and_a_late_one_says_so() -> None:
    facts = OWNER_EU + "clock: {awareness: 2025-03-01T10:00+01:00, notice_to_authority: %s}\npeople: [{residence: FR}]"
    in_time = one(answer(facts % "2025-03-04T10:00+01:00"), "eu-gdpr", "authority")
    late = one(answer(facts % "2025-03-04T10:01+01:00"), "eu-gdpr", "authority")
    planned = one(answer(facts % "2025-03-06T10:00+01:00"), "eu-gdpr", "authority")
    assert (in_time.status, late.status, planned.status) == ("met", "met", "overdue")
    assert not any("after it was due" in why for why in in_time.why)
    assert any("after it was due" in why for why in late.why)
    assert any("planned" in why for why in planned.why)


def test_unknown_role_is_asked_for_and_parties_may_tell() -> None:
    facts = TAKEN + "clock: {awareness: 2025-03-04}\npeople: [{residence: FR, count: 1}]\n"
    found = answer(facts + "organisation: {establishments: [FR]}")
    assert {duty.status for duty in found.duties} == {"needs_fact"}
    assert all("role" in duty.missing for duty in found.duties)
    told = answer(facts + "parties: [{name: A, role: owner}]")
    assert {duty.obliged for duty in told.duties} == {"processor"}


def test_future_events_are_allowed_and_noted() -> None:
    facts = OWNER_EU + "clock: {awareness: 2025-03-08T10:00+01:00}\npeople: [{residence: FR, count: 1}]"
    authority = one(answer(facts), "eu-gdpr", "authority")
    assert authority.due == "2025-03-11T10:00:00+01:00"
    assert any("lies after now" in why for why in authority.why)


def test_nothing_given_nothing_shown() -> None:
    found = answer("")
    assert found.duties == ()
    assert found.not_triggered == ()


def test_document_has_the_shape_of_the_contract() -> None:
    facts = OWNER_EU + TAKEN + "clock: {awareness: 2025-03-04}\npeople: [{residence: FR, count: 1}, {residence: US-CA}]"
    found = json.loads(answer_view.json(answer(facts)))
    assert set(found) == {"duties", "not_triggered", "questions"}
    wanted = (
        "id regime to audience obliged mandatory residence status starts due due_basis promptness order alternatives "
        "missing why citation confidence content"
    )
    for duty in found["duties"]:
        assert set(wanted.split()) <= set(duty)
        assert set(duty["starts"]) == {"event", "time"}
        assert duty["due"] is not None or duty["promptness"]
    assert [duty["id"] for duty in found["duties"]] == [f"D{n}" for n in range(1, len(found["duties"]) + 1)]


def test_a_law_that_fails_is_a_visible_skip_and_the_others_go_on() -> None:
    facts = load_facts(OWNER_EU + "clock: {awareness: 2025-03-04}\npeople: [{residence: FR, count: 1}]", "f")
    packs = load_packs()
    broken = _with_period(next(pack for pack in packs if pack.id == "eu-gdpr"), 99_999)
    others = tuple(pack for pack in packs if pack.id != "eu-gdpr")
    found = evaluate_all(facts, (broken, *others), datetime.fromisoformat("2025-03-05T12:00:00+00:00"))
    assert [(skip.what, skip.level) for skip in found.skipped] == [("the law eu-gdpr", "failed")]
    assert {duty.regime for duty in found.answer.duties} == {"fr-cnil"}


def _with_period(pack: Pack, value: int) -> Pack:
    from dataclasses import replace

    notices = tuple(
        replace(notice, limits=tuple(replace(limit, value=value, unit="hours") for limit in notice.limits))
        for notice in pack.notices
    )
    return replace(pack, notices=notices)


def test_read_pack_refuses_unknown_keys() -> None:
    from spillmark.errors import ContentError

    with pytest.raises(ContentError, match="did you mean `notices`"):
        read_pack({"id": "x", "notice": []}, "x.yaml")


def test_notes_on_the_facts_are_told() -> None:
    facts = load_facts("people: [{residence: FR, count: 9}]\ntotal: 3", "f")
    found = evaluate_all(facts, load_packs(), datetime.fromisoformat("2025-03-05T12:00:00+00:00"))
    assert [(skip.level, "less than" in skip.why) for skip in found.skipped] == [("note", True)]


def test_insurance_act_sees_that_another_authority_must_be_told() -> None:
    facts = """
role: owner
organisation: {types: [life_insurer], domicile: US-CA, establishments: [US], licensed_in: all}
incident: {kind: acquisition, encrypted: false, harm: unknown}
clock: {determination: 2025-03-04, discovery: 2025-03-04}
people:
  - {residence: US-MN, count: 250, data_classes: [name, national_id]}
"""
    alone = one(answer(facts), "us-ins-mn", "authority")
    assert (alone.status, alone.missing) == ("needs_fact", ("incident.harm",))
    texan = facts + "  - {residence: US-TX, count: 250, data_classes: [name, national_id]}\n"
    told = one(answer(texan), "us-ins-mn", "authority")
    assert (told.status, told.due) == ("running", "2025-03-11")
    assert any("under us-tx" in why for why in told.why)


def test_a_law_of_its_own_event_or_of_an_unknown_flag_is_shown() -> None:
    assert "us-sec-8k" in shown(answer("role: owner\nclock: {materiality_determination: 2025-03-04}"))
    assert "us-sec-8k" in shown(answer("role: owner\norganisation: {flags: {sec_registrant: unknown}}"))
    assert "us-sec-8k" not in shown(answer("role: owner\norganisation: {types: [bank]}"))
    assert "foreign private issuer" in off(
        answer("role: owner\norganisation: {flags: {sec_registrant: foreign_private_issuer}}"), "us-sec-8k"
    )


def test_two_authorities_of_one_state_are_two_entries() -> None:
    facts = "role: owner\norganisation: {flags: {ny_dfs: true}}\nincident: {kind: access, encrypted: false}\n"
    found = answer(facts + "people: [{residence: US-NY, count: 1, data_classes: [name, national_id]}]")
    assert len({duty.to for duty in of(found, "us-ny", "authority")}) == 2
    assert {duty.residence for duty in of(found, "us-ny")} == {"US-NY"}
