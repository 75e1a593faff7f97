"""Lines of a profile: how many, what they sum up to, what an approval still asks."""

from datetime import date

import pytest

from admin_app.enums import Action, ChangeAct, ProfileSection, State
from admin_app.errors import Forbidden, Refused
from admin_app.models import ProfessionalPost, Title
from admin_app.operations import profiles
from admin_app.workflows import perform
from tests import factories as make
from tests.cast import actor

POST, HONOUR = ProfileSection.post, ProfileSection.honour


def add_post(session, person, code, day):
    title = make.reference(session, Title, code)
    row = ProfessionalPost(person_id=person.id, title_id=title.id, obtained_on=day)
    session.add(row)
    session.flush()
    return row


RANKS = {
    "the higher rank, though earlier": (
        [("01012", date(2010, 1, 1)), ("01013", date(2020, 1, 1))],
        ("01012", date(2010, 1, 1)),
    ),
    "among equals the later": (
        [("01013", date(2010, 1, 1)), ("02013", date(2020, 1, 1))],
        ("02013", date(2020, 1, 1)),
    ),
    "nothing without a line": ([], (None, None)),
}


@pytest.mark.feature("P13")
@pytest.mark.parametrize(("lines", "expected"), RANKS.values(), ids=RANKS)
def test_title_follows_the_posts(db_session, cast, lines, expected):
    for code, day in lines:
        add_post(db_session, cast.teacher, code, day)

    profiles.summarize(db_session, cast.teacher, POST)

    db_session.refresh(cast.teacher)
    title = cast.teacher.title
    assert (title and title.code, cast.teacher.title_date) == expected


@pytest.mark.feature("P14")
def test_one_line_too_many_is_refused(db_session, cast, now, monkeypatch):
    monkeypatch.setattr(profiles, "MOST_ROWS", 1)
    honour = {"name": "优秀教师", "granted_by": "", "obtained_on": date(2019, 9, 10)}
    given = {
        "actor": actor(db_session, cast.teacher),
        "section": HONOUR,
        "values": honour,
        "today": now.date(),
    }
    profiles.keep(db_session, **given)

    with pytest.raises(Refused, match="最多填写 1 条，请先删除不需要的。"):
        profiles.keep(db_session, **given)


def test_administrator_writes_nobodys_profile(db_session, cast, now):
    with pytest.raises(Forbidden, match="只有本人可以修改自己的资料。"):
        profiles.keep(
            db_session,
            actor=actor(db_session, cast.chief),
            section=POST,
            values=make.post_values(db_session),
            today=now.date(),
        )


def gone_line(session, cast, change):
    session.delete(session.get(ProfessionalPost, change.row_id))
    return "要修改的资料已被删除，不能通过，请驳回并说明原因。"


def gone_person(session, cast, change):
    cast.teacher.unit_id = cast.other_school.id
    return "王老师已不在本单位，不能通过，请驳回并说明原因。"


@pytest.mark.feature("U30")
@pytest.mark.parametrize("meanwhile", [gone_line, gone_person])
def test_approval_is_refused_when_its_ground_is_gone(db_session, cast, now, meanwhile):
    row = add_post(db_session, cast.teacher, "01013", date(2010, 1, 1))
    change = make.person_change(
        db_session, cast.teacher, act=ChangeAct.edit, row_id=row.id
    )
    make.waiting(change, cast.school)
    said = meanwhile(db_session, cast, change)
    db_session.flush()

    with pytest.raises(Refused) as refused:
        perform(
            db_session,
            actor=actor(db_session, cast.chief),
            record=change,
            action=Action.approve,
            now=now,
        )

    db_session.refresh(change)
    assert str(refused.value) == said
    assert change.state is State.pending
