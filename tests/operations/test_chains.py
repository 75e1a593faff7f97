"""Approval chains in editions: drawn up, tried, published, and what records follow."""

import pytest
from sqlalchemy import select

from admin_app.enums import Action, ChainStatus, RecordKind, UnitKind
from admin_app.errors import Conflict, Refused
from admin_app.models import ApprovalChain, AuditEntry, UnitLevel
from admin_app.operations import chains
from admin_app.workflows import perform
from tests import factories as make
from tests.cast import actor
from tests.declaring import attachment


@pytest.fixture
def superuser(db_session, cast):
    return actor(db_session, cast.superuser)


def shipped(session, kind=RecordKind.declaration, source="individual"):
    return session.scalars(
        select(ApprovalChain).where(
            ApprovalChain.kind == kind,
            ApprovalChain.source == source,
            ApprovalChain.status == ChainStatus.in_force,
            ApprovalChain.conditions == "",
        )
    ).one()


def draft(session, actor, *steps, **values):
    given = {"kind": RecordKind.declaration, "source": "individual"} | values
    chain = ApprovalChain(steps=list(steps), status=ChainStatus.draft, **given)
    chains.save_draft(session, actor=actor, chain=chain)
    return chain


def publish(session, actor, chain, now):
    chains.publish(session, actor=actor, chain=chain, now=now)
    return chain


def sent(session, cast, now):
    """A declaration of the teacher, sent now: who decides first."""
    record = make.declaration(session, cast.teacher)
    attachment(session, record)
    perform(
        session,
        actor=actor(session, cast.teacher),
        record=record,
        action=Action.submit,
        now=now,
    )
    return record


def test_next_edition_takes_the_place_of_the_one_before(
    db_session, cast, superuser, now
):
    first = shipped(db_session)

    second = chains.draw_up(db_session, actor=superuser, chain=first)
    second.steps = ["superiors_to_hr"]
    before = sent(db_session, cast, now).decider_id
    publish(db_session, superuser, second, now)
    after = sent(db_session, cast, now).decider_id
    db_session.commit()

    assert (before, after) == (cast.school.id, cast.bureau.id)
    assert (first.status, second.status) == (
        ChainStatus.replaced,
        ChainStatus.in_force,
    )
    assert (first.edition, second.edition) == (1, 2)
    acts = select(AuditEntry.action).where(AuditEntry.object_kind == "approval_chain")
    assert "publish" in set(db_session.scalars(acts))


def test_record_under_way_goes_on_by_the_new_edition(db_session, cast, superuser, now):
    record = sent(db_session, cast, now)
    other = chains.draw_up(db_session, actor=superuser, chain=shipped(db_session))
    other.steps = ["own_unit", "superior", "superiors_to_hr"]
    cast.bureau.has_review_right = False
    publish(db_session, superuser, other, now)

    perform(
        db_session,
        actor=actor(db_session, cast.chief),
        record=record,
        action=Action.approve,
        now=now,
    )

    assert record.decider_id == cast.city.id


@pytest.mark.parametrize("condition", ["level_id", "region_id", "industry_id"])
def test_chain_with_a_condition_counts_where_it_describes_the_unit(
    db_session, cast, superuser, now, condition
):
    value = getattr(cast.school, condition)
    publish(
        db_session,
        superuser,
        draft(db_session, superuser, "superiors_to_hr", **{condition: value}),
        now,
    )

    assert sent(db_session, cast, now).decider_id == cast.bureau.id


def test_region_takes_in_what_lies_below_it(db_session, cast, superuser, now):
    city = make.reference(db_session, type(cast.school.region), "410100")
    publish(
        db_session,
        superuser,
        draft(db_session, superuser, "superiors_to_hr", region_id=city.id),
        now,
    )

    assert cast.school.region_id != city.id
    assert sent(db_session, cast, now).decider_id == cast.bureau.id


def test_chain_for_others_changes_nothing(db_session, cast, superuser, now):
    other = db_session.scalars(
        select(UnitLevel.id).where(UnitLevel.id != cast.school.level_id)
    ).first()
    publish(
        db_session,
        superuser,
        draft(db_session, superuser, "superiors_to_hr", level_id=other),
        now,
    )

    assert sent(db_session, cast, now).decider_id == cast.school.id


def test_retired_condition_gives_way_to_the_general_chain(
    db_session, cast, superuser, now
):
    narrow = publish(
        db_session,
        superuser,
        draft(db_session, superuser, "superiors_to_hr", level_id=cast.school.level_id),
        now,
    )

    chains.retire(db_session, actor=superuser, chain=narrow)

    assert sent(db_session, cast, now).decider_id == cast.school.id
    with pytest.raises(Refused, match="必须保留"):
        chains.retire(db_session, actor=superuser, chain=shipped(db_session))


def test_chain_that_never_reaches_an_authority_is_refused_by_the_units_name(
    db_session, cast, superuser, now
):
    # Up to the superior is the end for a school, but not for a branch of it.
    branch = make.unit(db_session, cast.school, name="第一分校")
    chain = draft(db_session, superuser, "own_unit", "superior")

    with pytest.raises(Refused) as refused:
        publish(db_session, superuser, chain, now)

    named = {cast.school.name, cast.other_school.name, branch.name}
    assert refused.value.values["unit"] in named
    assert chain.status is ChainStatus.draft
    assert shipped(db_session).edition == 1


def test_chain_that_ends_well_where_it_is_meant_for_is_published(
    db_session, cast, superuser, now
):
    lone = make.unit(db_session, cast.city, region="411082", name="直属中心")
    chain = draft(
        db_session, superuser, "own_unit", "superior", region_id=lone.region_id
    )

    publish(db_session, superuser, chain, now)

    assert chain.status is ChainStatus.in_force


@pytest.mark.parametrize(
    ("steps", "values", "sentence"),
    [
        ([], {}, "至少要有一个步骤"),
        (["own_unit", "own_unit"], {}, "重复"),
        (["receiving_unit"], {}, "不能使用步骤"),
        (["own_unit"], {"source": ""}, "请选择申报来源"),
        (
            ["own_unit"],
            {"kind": RecordKind.person_change, "source": "unit"},
            "不区分来源",
        ),
    ],
)
def test_draft_that_cannot_be_followed_is_refused(
    db_session, superuser, steps, values, sentence
):
    with pytest.raises(Refused, match=sentence):
        draft(db_session, superuser, *steps, **values)


def test_what_is_in_force_is_drawn_up_once_and_never_edited(db_session, superuser, now):
    first = shipped(db_session)
    second = chains.draw_up(db_session, actor=superuser, chain=first)

    with pytest.raises(Conflict, match="已有一份草稿"):
        chains.draw_up(db_session, actor=superuser, chain=first)
    with pytest.raises(Refused, match="不能修改"):
        chains.save_draft(db_session, actor=superuser, chain=first)
    with pytest.raises(Refused, match="不是草稿"):
        publish(db_session, superuser, first, now)
    with pytest.raises(Refused, match="只有在用"):
        chains.draw_up(db_session, actor=superuser, chain=second)


def test_trial_tells_who_decides_and_who_is_skipped(db_session, cast, superuser):
    cast.bureau.has_review_right = False
    chain = draft(db_session, superuser, "own_unit", "superiors_to_hr")

    stops = chains.tried(db_session, chain, cast.school.id)

    assert [(s.unit.name, s.decides, s.is_last) for s in stops] == [
        (cast.school.name, True, False),
        (cast.bureau.name, False, False),
        (cast.city.name, True, True),
    ]
    assert stops[-1].unit.kind is UnitKind.hr_authority
