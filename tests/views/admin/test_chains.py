"""审批流程: a superuser sees a chain, draws up the next edition, tries and publishes it."""

import re

import pytest
from sqlalchemy import select

from admin_app import models as m
from admin_app.enums import ChainStatus, RecordKind
from tests.browsing import sign_in

CHAINS = "/admin/approval-chains/"


@pytest.fixture
def proven(client, cast):
    """The superuser, who has just given the own password again."""
    return sign_in(client, cast.superuser, proven=True)


def editions(session, kind=RecordKind.declaration, source="individual"):
    session.rollback()
    session.expire_all()
    return session.scalars(
        select(m.ApprovalChain)
        .where(m.ApprovalChain.kind == kind, m.ApprovalChain.source == source)
        .order_by(m.ApprovalChain.id)
    ).all()


def act(client, action, chain):
    form = {"action": action, "rowid": str(chain.id), "confirmed": "1"}
    return client.post(f"{CHAINS}action/", data=form)


def stops(page):
    """Who decides by the page's trial, and how."""
    trial = page.split('id="trial"')[1].split("</section>")[0]
    return re.findall(r"<strong>([^<]+)</strong><span[^>]*>([^<]+)<", trial)


@pytest.mark.feature("R04")
def test_next_edition_is_drawn_up_edited_tried_and_published(proven, cast, db_session):
    [shipped] = editions(db_session)

    act(proven, "draw_up", shipped)
    [_, draft] = editions(db_session)
    saved = proven.post(
        f"{CHAINS}edit/?id={draft.id}",
        data={"step_1": "superiors_to_hr", "step_2": "", "step_3": ""},
    )
    tried = proven.get(f"{CHAINS}details/?id={draft.id}&unit={cast.school.id}").text
    published = act(proven, "publish", draft).text
    [old, new] = editions(db_session)

    assert saved.status_code == 303
    assert stops(tried) == [(cast.bureau.name, "审批"), (cast.city.name, "终审")]
    assert "成功 1 条" in published
    assert (old.status, new.status) == (ChainStatus.replaced, ChainStatus.in_force)
    assert new.steps == ["superiors_to_hr"]


def test_chain_with_a_condition_is_made_by_hand(proven, cast, db_session):
    form = {
        "kind": "declaration",
        "source": "unit",
        "level": str(cast.school.level_id),
        "step_1": "superiors_to_hr",
    }

    answer = proven.post(f"{CHAINS}new/", data=form)

    [_, made] = editions(db_session, source="unit")
    page = proven.get(f"{CHAINS}details/?id={made.id}").text
    assert answer.status_code == 303
    assert (made.status, made.level_id) == (ChainStatus.draft, cast.school.level_id)
    assert "逐级上级直至人社部门" in page


def test_chain_without_an_end_is_refused_and_stays_a_draft(proven, cast, db_session):
    form = {"kind": "declaration", "source": "individual", "step_1": "own_unit"}
    proven.post(f"{CHAINS}new/", data=form)
    [_, draft] = editions(db_session)

    answer = act(proven, "publish", draft)

    [_, draft] = editions(db_session)
    assert "不会到达人社部门，请调整步骤后再发布" in answer.text
    assert draft.status is ChainStatus.draft


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        ({"step_1": ""}, "审批流程至少要有一个步骤"),
        ({"step_1": "own_unit", "step_2": "own_unit"}, "重复的步骤"),
        ({"step_1": "receiving_unit"}, "不能使用步骤“调入单位”"),
        ({"step_1": "own_unit", "source": ""}, "请选择申报来源"),
    ],
)
def test_draft_that_makes_no_sense_is_refused_with_a_sentence(proven, form, sentence):
    usual = {"kind": "declaration", "source": "individual"}

    answer = proven.post(f"{CHAINS}new/", data=usual | form)

    assert answer.status_code == 422
    assert sentence in answer.text


def test_chain_in_force_has_no_form(proven, db_session):
    [shipped] = editions(db_session)

    page = proven.get(f"{CHAINS}details/?id={shipped.id}").text
    edited = proven.post(f"{CHAINS}edit/?id={shipped.id}", data={"step_1": "own_unit"})
    proven.post(f"{CHAINS}delete/", data={"id": shipped.id})

    assert "拟定新版本" in page
    assert f"{CHAINS}edit/" not in page
    assert edited.status_code in {303, 409}
    assert editions(db_session)[0].steps == ["own_unit", "superiors_to_hr"]


def test_publishing_asks_for_the_own_password(client, cast, db_session):
    sign_in(client, cast.superuser)
    [shipped] = editions(db_session)
    act(client, "draw_up", shipped)
    [_, draft] = editions(db_session)

    answer = act(client, "publish", draft)

    assert answer.status_code == 422
    assert "密码" in answer.text
    assert editions(db_session)[1].status is ChainStatus.draft
