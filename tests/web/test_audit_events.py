"""Which acts the audit log tells of, done and refused (AD-01)."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from admin_app.enums import Action, AttachmentPurpose, RecordKind
from admin_app.errors import Refused
from admin_app.models import AuditEntry, Role, RolePermission
from admin_app.operations import administrators, audit
from admin_app.operations.accounts import reset_password
from admin_app.web.storage import store_image
from admin_app.workflows import close_review, perform_many
from tests import factories as make
from tests.browsing import sign_in
from tests.cast import actor
from tests.web.test_storage import jpeg, upload

NOW = datetime(2025, 11, 18, 2, 30, tzinfo=UTC)


class Stage:
    """The cast with a browser, for acts that end with a commit."""

    def __init__(self, client, cast, session):
        self.client, self.cast, self.session = client, cast, session

    def enter(self, password=make.PASSWORD, number=None, window="individual"):
        number = number or self.cast.teacher.id_number
        data = {"id_number": number, "password": password}
        return self.client.post(f"/sign-in/{window}", data=data)

    def as_(self, who, *, proven=False):
        sign_in(self.client, getattr(self.cast, who), proven=proven)
        return self.client

    def act(self, operation, who, **names):
        operation(
            self.session, actor=actor(self.session, getattr(self.cast, who)), **names
        )
        self.session.commit()

    def waiting(self):
        row = make.waiting(
            make.declaration(self.session, self.cast.teacher), self.cast.school
        )
        self.session.commit()
        return row

    def decide(self, who, *actions):
        row = self.waiting()
        for action in actions:
            self.act(
                perform_many,
                who,
                kind=RecordKind.declaration,
                ids=[row.id],
                action=action,
                comment="理由",
                now=NOW,
            )

    def picture(self, owner):
        # On SQLite a look from before the sign-in could not become a write.
        self.session.rollback()
        with self.client.application.test_request_context():
            stored = store_image(upload(jpeg()))
        row = stored.claim(
            purpose=AttachmentPurpose.photo, uploaded_by_id=None, uploaded_at=NOW
        )
        row.person_id = owner.id
        self.session.add(row)
        self.session.commit()
        return f"/files/{row.key}"

    def role(self, **changes):
        row = self.session.get(Role, self.cast.reviewer.role_id)
        row.permissions.append(RolePermission(permission="statistics:view"))
        self.session.commit()


def refused(operation, *arguments, **names):
    try:
        operation(*arguments, **names)
    except Refused:
        return
    raise AssertionError


def wrong_often(stage):
    for _ in range(5):
        stage.enter("wrong-Lotus-1")


def change_password(stage):
    new = {"new_password": "Peony-2026-hill", "confirmation": "Peony-2026-hill"}
    stage.as_("teacher").post("/password", data={"old_password": make.PASSWORD} | new)


EVENTS = {
    "sign-in": (lambda s: s.enter(), "sign_in", "ok"),
    "wrong password": (lambda s: s.enter("wrong-Lotus-1"), "sign_in", "refused"),
    "unknown number": (
        lambda s: s.enter(number=make.id_number()),
        "sign_in",
        "refused",
    ),
    "wrong window": (lambda s: s.enter(window="base"), "sign_in", "refused"),
    "lock": (wrong_often, "lock", "refused"),
    "sign-out": (lambda s: s.as_("teacher").post("/sign-out"), "sign_out", "ok"),
    "change of password": (change_password, "change_password", "ok"),
    "end of sessions": (change_password, "end_sessions", "ok"),
    "reset": (
        lambda s: (
            reset_password(s.session, account=s.cast.teacher.account, now=NOW),
            s.session.commit(),
        ),
        "reset_password",
        "ok",
    ),
    "permission of a role": (lambda s: s.role(), "create", "ok"),
    "handing over": (
        lambda s: s.act(
            administrators.hand_over, "chief", assignment=s.cast.reviewer, now=NOW
        ),
        "hand_over",
        "ok",
    ),
    "closing a review right": (
        lambda s: s.act(close_review, "bureau_chief", unit=s.cast.school, now=NOW),
        "close_review",
        "ok",
    ),
    "approval": (lambda s: s.decide("chief", Action.approve), "approve", "ok"),
    "rejection": (lambda s: s.decide("chief", Action.reject), "reject", "ok"),
    "approval twice": (
        lambda s: s.decide("chief", Action.approve, Action.approve),
        "approve",
        "refused",
    ),
    "approval by a stranger": (
        lambda s: s.decide("other_chief", Action.approve),
        "approve",
        "refused",
    ),
    "export": (
        lambda s: s.as_("chief", proven=True).post("/admin/person-query/export/csv/"),
        "export",
        "ok",
    ),
    "export without the right": (
        lambda s: s.as_("reviewer").post("/admin/person-query/export/csv/"),
        "denied",
        "refused",
    ),
    "page without the right": (
        lambda s: s.as_("teacher").get("/admin/person-query/"),
        "denied",
        "refused",
    ),
    "picture": (
        lambda s: s.as_("chief").get(s.picture(s.cast.teacher)),
        "read_file",
        "ok",
    ),
    "picture of a stranger": (
        lambda s: s.as_("chief").get(s.picture(s.cast.stranger)),
        "read_file",
        "refused",
    ),
}  # unmasking and key rotation have tests of their own


@pytest.fixture
def stage(client, cast, db_session):
    return Stage(client, cast, db_session)


def lines_since(session, last):
    session.rollback()
    statement = select(AuditEntry).where(AuditEntry.id > last).order_by(AuditEntry.id)
    return session.scalars(statement).all()


def play(stage, act):
    """Let it happen; give the lines that it left in the log."""
    last = max((line.id for line in lines_since(stage.session, 0)), default=0)
    act(stage)
    return lines_since(stage.session, last)


@pytest.mark.requirement("AD-01")
@pytest.mark.parametrize("event", EVENTS)
def test_event_is_told(stage, event):
    act, action, result = EVENTS[event]

    lines = play(stage, act)

    assert (action, result) in {(line.action, line.result) for line in lines}
    assert audit.verify(stage.session)[1] is None


@pytest.mark.parametrize("event", ["picture", "approval twice", "sign-in"])
def test_event_that_is_not_told_is_found(stage, monkeypatch, event):
    act, action, result = EVENTS[event]
    plain = audit.record

    def forgetful(session, name, **values):
        if name != action or values.get("result", "ok") != result:
            plain(session, name, **values)

    monkeypatch.setattr(audit, "record", forgetful)
    monkeypatch.setattr("admin_app.web.auditing.record", forgetful)

    lines = play(stage, act)

    assert (action, result) not in {(line.action, line.result) for line in lines}


@pytest.mark.requirement("AD-01")
def test_closing_tells_who_and_what(stage):
    lines = play(stage, EVENTS["closing a review right"][0])

    edit, act = [line for line in lines if line.object_kind == "unit"]
    assert edit.before == {"has_review_right": True}
    assert edit.after == {"has_review_right": False}
    assert (act.action, act.after) == ("close_review", {"moved": 0})
    assert {edit.object_id, act.object_id} == {str(stage.cast.school.id)}


@pytest.mark.requirement("PR-05")
def test_number_typed_into_a_text_is_masked_in_the_log(db_session):
    number, mobile = make.id_number(), "13812345678"
    make.unit(db_session, address=f"找{number}，电话{mobile}，a@b.cn")
    db_session.commit()

    line = db_session.scalars(
        select(AuditEntry).where(AuditEntry.object_kind == "unit")
    ).first()

    assert line.after["address"] == "找[id-number]，电话[mobile]，[mail]"
    assert audit.verify(db_session)[1] is None
