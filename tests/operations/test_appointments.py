"""Who may take on, change and let go the administrators of a unit (U20, U24)."""

import pytest

from admin_app.errors import Forbidden, Refused
from admin_app.models import AdminAssignment
from admin_app.operations import administrators, appointments
from tests import factories as make
from tests.cast import actor

EVERYTHING = ("create", "edit", "delete")


@pytest.fixture
def role(db_session, cast):
    return make.role(db_session, "person_query:view", unit=cast.school)


@pytest.fixture
def deputy(db_session, cast):
    """An administrator of the whole school who holds everything but is not chief."""
    verbs = [f"unit_admins:{verb}" for verb in EVERYTHING]
    role = make.role(db_session, *verbs, "person_query:view", unit=cast.school)
    return make.administrator(db_session, cast.school, role)


@pytest.fixture
def head(db_session, cast, deputy):
    """The same, but of one department only."""
    return make.administrator(
        db_session, cast.school, deputy.role, department=cast.office
    )


def outcome(act, *args, **options):
    try:
        act(*args, **options)
    except Refused as refused:
        return type(refused)
    return None


APPOINTERS = {
    "chief": None,
    "deputy": None,
    "superuser": None,
    "head": Forbidden,
    "reviewer": Forbidden,
    "other_chief": Forbidden,
    "bureau_chief": Forbidden,
    "teacher": Forbidden,
}


@pytest.mark.requirement("AZ-08")
@pytest.mark.parametrize("who", APPOINTERS)
def test_only_the_unit_s_own_takes_on(db_session, cast, role, deputy, head, who):
    member = {"deputy": deputy, "head": head}.get(who) or getattr(cast, who)

    found = outcome(
        appointments.appoint,
        db_session,
        actor=actor(db_session, member),
        account=cast.colleague.account,
        unit=cast.school,
        role=role,
    )

    assert found is APPOINTERS[who]


BELOW = {
    ("chief", "deputy"): None,
    ("chief", "head"): None,
    ("chief", "chief"): Refused,
    ("deputy", "head"): None,
    ("deputy", "reviewer"): Forbidden,
    ("deputy", "deputy"): Forbidden,
    ("deputy", "chief"): Refused,
    ("head", "reviewer"): Forbidden,
    ("superuser", "deputy"): None,
    ("bureau_chief", "reviewer"): Forbidden,
}


@pytest.mark.parametrize("verb", ["reassign", "dismiss"])
@pytest.mark.parametrize(("who", "whom"), BELOW)
def test_only_who_stands_below_is_changed_or_let_go(
    db_session, cast, role, deputy, head, who, whom, verb
):
    people = {"deputy": deputy, "head": head}
    member = people.get(who) or getattr(cast, who)
    target = people.get(whom) or getattr(cast, whom)
    more = {"role": role, "department": None} if verb == "reassign" else {}
    key, acting = target.id, actor(db_session, member)

    found = outcome(
        getattr(appointments, verb),
        db_session,
        actor=acting,
        assignment=target,
        **more,
    )

    left = db_session.get(AdminAssignment, key)
    assert found is BELOW[who, whom]
    assert (left is None) == (verb == "dismiss" and found is None)


def test_last_in_office_is_not_let_go(db_session, cast):
    unit = make.unit(db_session, cast.bureau)
    only = make.administrator(db_session, unit, cast.reviewer.role)
    disabled = make.administrator(
        db_session, unit, cast.reviewer.role, is_disabled=True
    )
    superuser = actor(db_session, cast.superuser)

    found = outcome(appointments.dismiss, db_session, actor=superuser, assignment=only)
    appointments.dismiss(db_session, actor=superuser, assignment=disabled)

    assert found is Refused


@pytest.mark.feature("R04")
def test_superuser_hands_over_with_a_chief_and_without(db_session, cast, now):
    superuser = actor(db_session, cast.superuser)
    unit = make.unit(db_session, cast.bureau)
    only = make.administrator(db_session, unit, cast.reviewer.role)

    made = [
        administrators.hand_over(
            db_session, actor=superuser, assignment=assignment, now=now
        )
        for assignment in (only, cast.reviewer)
    ]

    assert [each.is_chief for each in made] == [True, True]
    assert made[0].role.is_chief
    assert actor(db_session, cast.chief) is None
