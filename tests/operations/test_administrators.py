"""A unit's one chief: handing over, putting out, and passwords that chiefs reset."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from admin_app.enums import UserType
from admin_app.errors import Conflict, Forbidden, Refused
from admin_app.models import AdminAssignment, AuditEntry, UserSession
from admin_app.operations import administrators
from admin_app.operations.accounts import decide_entry, verify_password
from admin_app.operations.identities import identities_of
from admin_app.rules.passwords import initial_password
from tests import factories as make
from tests.browsing import open_session
from tests.cast import actor


@pytest.fixture
def hand_over(db_session, now):
    def as_actor(who, assignment):
        return administrators.hand_over(
            db_session, actor=who, assignment=assignment, now=now
        )

    return as_actor


@pytest.fixture
def signed_in(db_session, now):
    """Give accounts a session each, and tell which still have one."""

    def open_for(*accounts):
        for account in accounts:
            row = UserSession(
                token_hash=f"{account.id:064d}",
                account_id=account.id,
                created_at=now,
                last_seen_at=now,
                expires_at=now + timedelta(hours=1),
            )
            db_session.add(row)
        db_session.flush()

        def left():
            rows = set(db_session.scalars(select(UserSession.account_id)))
            return [account.id in rows for account in accounts]

        return left

    return open_for


def chiefs(session, unit):
    return session.scalars(
        select(AdminAssignment.account_id).where(
            AdminAssignment.unit_id == unit.id, AdminAssignment.is_chief
        )
    ).all()


def test_right_moves_and_the_former_chief_loses_the_unit(
    db_session, cast, hand_over, signed_in
):
    former, successor = cast.chief.account, cast.reviewer.account
    left = signed_in(former, successor, cast.other_chief.account)

    made = hand_over(actor(db_session, cast.chief), cast.reviewer)

    assert chiefs(db_session, cast.school) == [successor.id]
    assert made.role.is_chief
    assert actor(db_session, cast.reviewer).is_chief
    assert identities_of(db_session, former.id) == []
    assert left() == [False, False, True]


def test_handing_over_is_audited(db_session, cast, hand_over):
    former_id = cast.chief.account_id
    hand_over(actor(db_session, cast.chief), cast.reviewer)
    db_session.commit()

    line = db_session.scalars(
        select(AuditEntry).where(AuditEntry.action == "hand_over")
    ).one()

    assert (line.object_kind, line.object_id) == ("unit", str(cast.school.id))
    assert line.before == {"account_id": former_id}
    assert line.after["account_id"] == cast.reviewer.account_id


def test_chief_of_before_hands_nothing_over(db_session, cast, hand_over):
    of_before = actor(db_session, cast.chief)
    third = make.administrator(db_session, cast.school, cast.reviewer.role)
    hand_over(of_before, cast.reviewer)

    with pytest.raises(Forbidden):
        hand_over(of_before, third)

    assert chiefs(db_session, cast.school) == [cast.reviewer.account_id]


def to_reviewer(session, cast):
    return cast.reviewer


def to_disabled(session, cast):
    cast.reviewer.is_disabled = True
    return cast.reviewer


def to_disabled_account(session, cast):
    cast.reviewer.account.is_disabled = True
    return cast.reviewer


def to_department(session, cast):
    return cast.department_head


def to_themself(session, cast):
    return cast.chief


def to_other_unit(session, cast):
    return cast.other_chief


HAND_OVERS = {
    "to a disabled administrator": ("chief", to_disabled, Refused),
    "to a disabled account": ("chief", to_disabled_account, Refused),
    "to who is limited to a department": ("chief", to_department, Refused),
    "to themself": ("chief", to_themself, Refused),
    "to an administrator elsewhere": ("chief", to_other_unit, Forbidden),
    "by who is no chief": ("reviewer", to_reviewer, Forbidden),
    "by another unit's chief": ("other_chief", to_reviewer, Forbidden),
    "by the superior": ("bureau_chief", to_reviewer, Forbidden),
    "by a teacher": ("teacher", to_reviewer, Forbidden),
}


@pytest.mark.parametrize(("who", "to", "refusal"), HAND_OVERS.values(), ids=HAND_OVERS)
def test_wrong_handing_over_changes_nothing(
    db_session, cast, hand_over, who, to, refusal
):
    target = to(db_session, cast)
    db_session.flush()
    acting = actor(db_session, getattr(cast, who))

    with pytest.raises(Refused) as refused:
        hand_over(acting, target)

    assert type(refused.value) is refusal
    assert chiefs(db_session, cast.school) == [cast.chief.account_id]
    assert chiefs(db_session, cast.other_school) == [cast.other_chief.account_id]


def test_successor_who_was_removed_is_a_conflict(db_session, cast, hand_over):
    chief = actor(db_session, cast.chief)
    gone = make.administrator(db_session, cast.school, cast.reviewer.role)
    db_session.execute(
        AdminAssignment.__table__.delete().where(AdminAssignment.id == gone.id)
    )

    with pytest.raises(Conflict):
        hand_over(chief, gone)


# --- disabling --------------------------------------------------------------------


@pytest.mark.requirement("AZ-13")
def test_disabled_administrator_is_nobody_until_enabled(db_session, cast):
    chief = actor(db_session, cast.chief)

    administrators.disable_assignment(db_session, actor=chief, assignment=cast.reviewer)
    disabled = actor(db_session, cast.reviewer)
    administrators.enable_assignment(db_session, actor=chief, assignment=cast.reviewer)

    assert disabled is None
    assert actor(db_session, cast.reviewer) is not None


DISABLERS = {
    "the chief": ("chief", "reviewer", None),
    "the superuser": ("superuser", "reviewer", None),
    "another administrator": ("department_head", "reviewer", Forbidden),
    "the superior": ("bureau_chief", "reviewer", Forbidden),
    "another chief": ("other_chief", "reviewer", Forbidden),
    "the chief, themself": ("chief", "chief", Refused),
    "the superuser, a chief": ("superuser", "chief", Refused),
}


@pytest.mark.parametrize(("who", "whom", "refusal"), DISABLERS.values(), ids=DISABLERS)
def test_only_the_chief_disables_and_never_a_chief(
    db_session, cast, who, whom, refusal
):
    target = getattr(cast, whom)

    try:
        administrators.disable_assignment(
            db_session, actor=actor(db_session, getattr(cast, who)), assignment=target
        )
        found = None
    except Refused as refused:
        found = type(refused)

    assert (found, target.is_disabled) == (refusal, refusal is None)


SIGNERS_OUT = {
    "the chief": ("chief", "reviewer", None),
    "the superuser": ("superuser", "reviewer", None),
    "the superuser, a chief": ("superuser", "chief", None),
    "another administrator": ("department_head", "reviewer", Forbidden),
    "the superior": ("bureau_chief", "reviewer", Forbidden),
    "another chief": ("other_chief", "reviewer", Forbidden),
    "the chief, themself": ("chief", "chief", Refused),
    "the chief, who is not signed in": ("chief", "department_head", Refused),
}


@pytest.mark.parametrize(
    ("who", "whom", "refusal"), SIGNERS_OUT.values(), ids=SIGNERS_OUT
)
def test_only_the_own_chief_and_the_platform_sign_out(
    app, db_session, cast, who, whom, refusal
):
    target = getattr(cast, whom)
    if whom != "department_head":
        open_session(app, target)
    open_session(app, cast.colleague)
    signed_in = {target.account_id, cast.colleague.account.id}
    try:
        administrators.sign_out_everywhere(
            db_session, actor=actor(db_session, getattr(cast, who)), assignment=target
        )
        found = None
    except Refused as refused:
        found = type(refused)

    left = set(db_session.scalars(select(UserSession.account_id)))
    if refusal is None or whom == "department_head":
        signed_in.remove(target.account_id)
    assert (found, left) == (refusal, signed_in)


def test_last_administrator_stays(db_session, cast):
    unit = make.unit(db_session, cast.bureau)
    only = make.administrator(db_session, unit, cast.reviewer.role)
    disabled = make.administrator(
        db_session, unit, cast.reviewer.role, is_disabled=True
    )
    superuser = actor(db_session, cast.superuser)

    with pytest.raises(Refused):
        administrators.disable_assignment(db_session, actor=superuser, assignment=only)

    assert (only.is_disabled, disabled.is_disabled) == (False, True)


@pytest.mark.parametrize("verb", ["disable", "enable"])
def test_doing_it_again_is_a_conflict(db_session, cast, verb):
    cast.reviewer.is_disabled = verb == "disable"
    db_session.flush()

    with pytest.raises(Conflict):
        getattr(administrators, f"{verb}_assignment")(
            db_session, actor=actor(db_session, cast.chief), assignment=cast.reviewer
        )


# --- passwords --------------------------------------------------------------------


@pytest.fixture
def reset(db_session, now):
    def as_member(who, account):
        return administrators.reset_password(
            db_session, actor=actor(db_session, who), account=account, now=now
        )

    return as_member


@pytest.mark.requirement("AU-05")
def test_professional_gets_the_initial_password_for_a_day(
    db_session, cast, reset, signed_in, now
):
    account = cast.teacher.account
    left = signed_in(account)

    told = reset(cast.chief, account)

    assert told is None
    assert verify_password(account, initial_password(cast.teacher.id_number))
    assert account.must_change_password
    assert left() == [False]
    for later, enters in ((23, True), (25, False)):
        entry = decide_entry(
            db_session,
            account=account,
            user_type=UserType.individual,
            now=now + timedelta(hours=later),
        )
        assert (not entry.sentence) == enters


@pytest.mark.requirement("AU-05")
def test_administrator_gets_a_code_and_never_their_number(cast, reset, signed_in):
    account = cast.reviewer.account
    left = signed_in(account)

    code = reset(cast.chief, account)

    assert verify_password(account, code)
    assert not verify_password(account, initial_password(account.person.id_number))
    assert (account.must_change_password, left()) == (True, [False])


def own(session, cast):
    return cast.chief.account


def peer(session, cast):
    return cast.reviewer.account


def subordinate_chief(session, cast):
    return cast.other_chief.account


def administrator_of_two_units(session, cast):
    make.assignment(session, cast.reviewer.account, cast.bureau, cast.reviewer.role)
    return cast.reviewer.account


def administrator_who_works_elsewhere(session, cast):
    cast.reviewer.account.person.unit_id = cast.other_school.id
    session.flush()
    return cast.reviewer.account


def teacher_here(session, cast):
    return cast.teacher.account


def teacher_elsewhere(session, cast):
    return cast.stranger.account


def superuser(session, cast):
    return cast.superuser


def applicant(session, cast):
    return make.account(session, make.person(session))


RESETS = {
    "a person below": ("bureau_chief", teacher_elsewhere, None),
    "a person, by a reviewer without the verb": ("reviewer", teacher_here, Forbidden),
    "a person elsewhere": ("chief", teacher_elsewhere, Forbidden),
    "a person, by a colleague": ("colleague", teacher_here, Forbidden),
    "an administrator, by who is no chief": ("department_head", peer, Forbidden),
    "an administrator, by the superior": ("bureau_chief", peer, Forbidden),
    "a chief, by the superior": ("bureau_chief", subordinate_chief, Forbidden),
    "who administers another unit too": (
        "chief",
        administrator_of_two_units,
        Forbidden,
    ),
    "who works elsewhere": ("chief", administrator_who_works_elsewhere, Forbidden),
    "their own": ("chief", own, Forbidden),
    "the superuser's": ("chief", superuser, Forbidden),
    "an applicant's whom nobody admitted": ("chief", applicant, Forbidden),
    "a chief, by the superuser": ("superuser", own, None),
}


@pytest.mark.requirement("AU-05")
@pytest.mark.parametrize(("who", "whose", "refusal"), RESETS.values(), ids=RESETS)
def test_reset_reaches_no_further_than_the_actor(
    db_session, cast, reset, who, whose, refusal
):
    account = whose(db_session, cast)
    before = account.password_hash

    try:
        reset(getattr(cast, who), account)
        found = None
    except Refused as refused:
        found = type(refused)

    assert found is refusal
    assert (account.password_hash == before) == (refusal is not None)


def test_codes_keep_the_rule_and_differ():
    codes = {administrators.one_time_code() for _ in range(200)}

    assert len(codes) == 200
    assert not any(code.isalpha() or code.isdigit() for code in codes)


def test_every_unit_of_the_cast_has_one_chief(db_session, cast, hand_over):
    hand_over(actor(db_session, cast.chief), cast.reviewer)

    counts = db_session.execute(
        select(AdminAssignment.unit_id, func.count())
        .where(AdminAssignment.is_chief)
        .group_by(AdminAssignment.unit_id)
    ).all()

    assert {count for _unit, count in counts} == {1}
    assert len(counts) == 6
