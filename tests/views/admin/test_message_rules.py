"""消息通知规则: the platform chooses which event is told, and which goes out by mail."""

import re
from html import unescape

import pytest
from sqlalchemy import select

from admin_app.enums import Action, MessageEvent, MessageTopic
from admin_app.models import MessageRule
from admin_app.workflows import perform
from tests import factories as make
from tests.browsing import Browser, sign_in, table_rows
from tests.cast import actor

SCREEN = "/admin/message-rules"


@pytest.fixture
def rule(db_session, cast):
    return db_session.scalars(
        select(MessageRule).where(
            MessageRule.kind == MessageTopic.declaration,
            MessageRule.event == MessageEvent.approved,
        )
    ).one()


def approve(session, cast, now):
    session.refresh(cast.city)
    record = make.waiting(make.declaration(session, cast.teacher), cast.city, step=2)
    session.flush()
    who = actor(session, cast.city_chief)
    perform(session, actor=who, record=record, action=Action.approve, now=now)
    session.commit()


def test_what_is_switched_off_reaches_nobody_any_more(
    as_superuser, cast, db_session, rule, now
):
    key, app = rule.id, as_superuser.application
    approve(db_session, cast, now)
    answer = as_superuser.post(f"{SCREEN}/edit/?id={key}", data={})
    db_session.expire_all()
    approve(db_session, cast, now)

    reader = sign_in(Browser(app, app.response_class), cast.teacher)
    page = reader.get("/account/messages").text
    assert answer.status_code == 303
    assert page.count("您的学时学分申报已审核通过。") == 1


def test_a_mail_without_a_message_is_refused_beside_its_field(
    as_superuser, db_session, rule
):
    answer = as_superuser.post(f"{SCREEN}/edit/?id={rule.id}", data={"is_mailed": "y"})

    db_session.refresh(rule)
    assert answer.status_code == 422
    assert "邮件由站内消息生成，请同时启用站内消息。" in answer.text
    assert rule.is_told


@pytest.mark.parametrize("screen", ["message-rules", "profile-fields"])
def test_form_says_what_it_is_about(screen, as_superuser, cast):
    page = as_superuser.get(f"/admin/{screen}/").text
    first, second, *_ = table_rows(page)[0].values()
    address = re.search(r'href="(edit/[^"]*)"', page)[1]

    form = as_superuser.get(f"/admin/{screen}/{unescape(address)}").text

    heading = re.search(r'class="card-title">([^<]*)<', form)[1]
    assert heading == (first if screen == "profile-fields" else f"{first} · {second}")


def test_units_have_no_such_screen(as_chief):
    assert as_chief.get(f"{SCREEN}/").status_code == 403
