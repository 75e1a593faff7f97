"""What may be declared: every refusal of a claim, and what a claim is worth."""

from datetime import date
from decimal import Decimal

import pytest

from admin_app.enums import Source, State
from admin_app.errors import Refused
from admin_app.models import LearningFormVersion, Major
from admin_app.operations.claims import (
    accept,
    find_form,
    offered_forms,
    open_years,
    taken_hours,
    worth,
)
from admin_app.rules.learning_forms import AnswersRefused
from tests import factories as make
from tests.declaring import (
    TODAY,
    claim,
    learning_form,
    other_claim,
    requirement,
)


@pytest.fixture
def check(db_session, cast):
    """Accept a claim of the teacher."""

    def accepting(made, *, source=Source.individual, is_complete=True, today=TODAY):
        return accept(
            db_session,
            form=find_form(db_session, code=made.form_code, source=source),
            claim=made,
            person_ids=[cast.teacher.id],
            today=today,
            is_complete=is_complete,
        )

    return accepting


def problems(refused):
    return {name: str(why) for name, why in refused.value.problems.items()}


OVER = "申报学时 24.5 超过按规则计算的 24 学时，请改为不超过该数。"
HALF = "申报学时应大于 0，并以 0.5 学时为单位，请修改。"
CHOOSE_YEAR = "请选择可以申报的计入年度。"
CHOOSE_ONE = "请从列表中选择一项。"
REFUSALS = {
    "hours above the rule": ({"claimed": "24.5"}, {"claimed_hours": OVER}),
    "hours in quarters": ({"claimed": "1.25"}, {"claimed_hours": HALF}),
    "no hours at all": ({"claimed": "0"}, {"claimed_hours": HALF}),
    "no number": (
        {"claimed": "很多"},
        {"claimed_hours": "请填写数字，例如 4 或 0.5。"},
    ),
    "more than a year has": (
        {"claimed": "1000"},
        {"claimed_hours": "申报学时不能超过 999，请修改。"},
    ),
    "an empty title": ({"title": "  "}, {"title": "此项必填，请填写。"}),
    "a year that is no year": ({"year": "二〇二五"}, {"credit_year": CHOOSE_YEAR}),
    "a year without requirement": ({"year": "1950"}, {"credit_year": CHOOSE_YEAR}),
    "a year that is over": (
        {"year": "2024"},
        {
            "credit_year": "2024 年度的申报时间为 2024-01-01 至 2024-12-15，"
            "现在不能申报。"
        },
    ),
    "an answer that is missing": (
        {"answers": {"organizer": ""}},
        {"answer_organizer": "此项必填，请填写。"},
    ),
    "an option that was not offered": (
        {"answers": {"course_kind": "luxury"}},
        {"answer_course_kind": CHOOSE_ONE},
    ),
    "an answer nobody asked for": (
        {"answers": {"is_admin": "1"}},
        {"answer_is_admin": "学习形式中没有此信息项，请刷新页面后重新填写。"},
    ),
    "a day that has not come": (
        {"answers": {"study_period": {"start": "2025-11-18", "end": "2025-11-19"}}},
        {"answer_study_period": "日期不能晚于今天，尚未发生的不能申报。"},
    ),
}


@pytest.mark.feature("P16", "U36")
@pytest.mark.requirement("IN-07")
@pytest.mark.parametrize(("changes", "said"), REFUSALS.values(), ids=REFUSALS)
def test_claim_is_refused_beside_what_is_wrong(check, changes, said):
    with pytest.raises(AnswersRefused) as refused:
        check(claim(**changes))

    assert problems(refused) == said


def test_everything_wrong_is_said_at_once(check):
    with pytest.raises(AnswersRefused) as refused:
        check(claim(title="", year="2024", claimed="x", answers={"days": "-1"}))

    assert set(problems(refused)) == {
        "title",
        "credit_year",
        "claimed_hours",
        "answer_days",
    }


PERIODS = {
    "within it": ("2025-03-03", "2025-03-05", True),
    "into it": ("2024-12-30", "2025-01-02", True),
    "before it": ("2024-12-29", "2024-12-31", False),
    "at its end": ("2025-11-15", "2025-11-17", True),
}


@pytest.mark.parametrize(("start", "end", "fits"), PERIODS.values(), ids=PERIODS)
def test_days_of_another_year_count_for_none(check, start, end, fits):
    made = claim(answers={"study_period": {"start": start, "end": end}})

    assert check(made, is_complete=False).year == 2025
    if fits:
        assert check(made).year == 2025
    else:
        with pytest.raises(AnswersRefused) as refused:
            check(made)
        sentence = "不在 2025 年度内，请核对日期或计入年度。"
        assert problems(refused) == {"answer_study_period": sentence}


@pytest.mark.parametrize("state", [State.pending, State.approved])
def test_nobody_declares_the_same_twice(check, cast, db_session, state):
    first = check(claim())
    kept = make.declaration(
        db_session, cast.teacher, title=first.title, answers=first.answers
    )
    assert check(claim()).title == first.title  # what is a draft as well
    if state is State.pending:
        make.waiting(kept, cast.school)
    kept.state = state
    db_session.flush()

    with pytest.raises(AnswersRefused) as refused:
        check(claim())
    assert problems(refused) == {
        "title": "王老师已申报过内容完全相同的学时，请勿重复申报。"
    }
    assert check(claim(title="另一个培训班")).title == "另一个培训班"
    other_days = {"study_period": {"start": "2025-04-01", "end": "2025-04-03"}}
    assert check(claim(answers=other_days)).year == 2025
    assert check(claim(), is_complete=False).title == first.title


FORMS = {
    "nothing chosen": ("", "individual", "请选择学习形式。"),
    "an unknown form": (
        "time_travel",
        "individual",
        "学习形式不存在或已停用，请重新选择。",
    ),
    "a form of individuals, filed by a unit": (
        "paper",
        "unit",
        "“发表论文”不能由此途径申报，请选择其他学习形式。",
    ),
}


@pytest.mark.parametrize(("code", "source", "said"), FORMS.values(), ids=FORMS)
def test_form_that_may_not_be_declared_is_refused(db_session, code, source, said):
    with pytest.raises(Refused) as refused:
        find_form(db_session, code=code, source=Source[source])

    assert (refused.value.field, str(refused.value)) == ("form_code", said)


def test_closed_form_is_neither_offered_nor_accepted(db_session, check):
    learning_form(db_session, "training_workshop").is_active = False
    db_session.flush()

    offered = [form.code for form in offered_forms(db_session, source=Source.unit)]
    with pytest.raises(Refused) as refused:
        check(claim())

    assert "training_workshop" not in offered
    assert refused.value.field == "form_code"


WINDOW = {
    "the first day": (date(2025, 1, 1), [2025]),
    "a day in the middle": (date(2025, 6, 30), [2025]),
    "the last day": (date(2025, 12, 15), [2025]),
    "the day after": (date(2025, 12, 16), []),
    "new year's day": (date(2026, 1, 1), [2026]),
}


@pytest.mark.feature("P17")
@pytest.mark.requirement("WF-14")
@pytest.mark.parametrize(("today", "years"), WINDOW.values(), ids=WINDOW)
def test_year_is_open_from_its_first_day_to_its_last(db_session, today, years):
    assert open_years(db_session, today=today) == years


@pytest.mark.feature("P16")
def test_hours_left_empty_are_those_of_the_rule(check):
    accepted = check(claim(claimed=""))

    assert (accepted.claimed, accepted.computed) == (Decimal(24), Decimal(24))


def test_hours_of_a_form_without_rule_must_be_claimed(check):
    answers = {
        "plan": "自学计划",
        "material": "《教材》",
        "study_period": {"start": "2025-03-03", "end": "2025-03-05"},
        "assessment_kind": "examined",
        "assessment": "passed",
    }
    made = other_claim("self_study", "", **answers)

    with pytest.raises(AnswersRefused) as refused:
        check(made)

    assert set(problems(refused)) == {"claimed_hours"}


@pytest.mark.feature("P19")
def test_draft_may_have_gaps_but_no_nonsense(check):
    gaps = claim(answers={"organizer": "", "days": ""}, claimed="12.5")

    accepted = check(gaps, is_complete=False)
    with pytest.raises(AnswersRefused) as refused:
        check(claim(answers={"days": "viele"}), is_complete=False)

    assert (accepted.claimed, "organizer" in accepted.answers) == (12.5, False)
    assert set(problems(refused)) == {"answer_days"}


def test_hidden_answers_are_not_kept(check):
    made = other_claim(
        "academic_conference",
        "6",
        event_kind="conference",
        half_days="4",
        organizer="河南省测试协会",
        level="national",
        study_period={"start": "2025-03-03", "end": "2025-03-05"},
        paper="short",
    )

    accepted = check(made)

    assert "half_days" not in accepted.answers
    assert accepted.computed == Decimal(18)


class TestYearlyCap:
    """post_training counts 60 hours a year."""

    ANSWERS = {  # noqa: RUF012 (read only)
        "topic": "岗位技能",
        "trainer": "王老师",
        "study_period": {"start": "2025-03-03", "end": "2025-03-07"},
        "days": "5",
        "hours_stated": "yes",
    }

    def claim(self, hours):
        return other_claim("post_training", hours, **self.ANSWERS)

    def declared(self, session, person, **values):
        return make.declaration(
            session,
            person,
            form_version_id=make.form_version(session, "post_training").id,
            claimed=Decimal(40),
            **values,
        )

    COUNTED = {  # noqa: RUF012 (read only)
        "pending": (True, {}),
        "approved": (True, {"state": State.approved}),
        "a draft": (False, {"state": State.draft}),
        "rejected": (False, {"state": State.rejected}),
        "taken back by a check": (False, {"state": State.revoked}),
        "of another year": (False, {"state": State.approved, "year": 2024}),
    }

    @pytest.mark.parametrize(("counts", "values"), COUNTED.values(), ids=COUNTED)
    def test_room_is_what_pending_and_approved_leave(
        self, db_session, cast, check, counts, values
    ):
        made = self.declared(db_session, cast.teacher, **values)
        if not values:
            make.waiting(made, cast.school)
        db_session.flush()

        try:
            check(self.claim("24"))
            refused = False
        except AnswersRefused as why:
            refused = str(why.problems["claimed_hours"])

        said = (
            "“岗位培训（单位组织）”每年度最多计 60 学时；2025 年度已申报 40 学时"
            "（含审批中），还可申报 20 学时。"
        )
        assert refused == (said if counts else False)

    def test_exactly_the_room_is_accepted(self, db_session, cast, check):
        self.declared(db_session, cast.teacher, state=State.approved)

        assert check(self.claim("20")).claimed == Decimal(20)

    def test_own_row_and_another_persons_do_not_count(self, db_session, cast):
        mine = self.declared(db_session, cast.teacher, state=State.approved)
        self.declared(db_session, cast.colleague, state=State.approved)

        taken = taken_hours(db_session, {cast.teacher.id}, without=mine.id)

        assert taken == {}


class TestReference:
    """A field that points at a base or at a major."""

    def claim(self, base_id):
        return other_claim(
            "base_training",
            "24",
            base=str(base_id),
            class_name="研修班",
            study_period={"start": "2025-03-03", "end": "2025-03-05"},
            days="3",
            mode="full_time",
        )

    def test_base_is_accepted(self, cast, check):
        assert check(self.claim(cast.base.id)).answers["base"] == str(cast.base.id)

    def test_other_unit_is_no_base(self, cast, check):
        with pytest.raises(AnswersRefused) as refused:
            check(self.claim(cast.school.id))

        assert problems(refused) == {"answer_base": CHOOSE_ONE}

    @pytest.mark.parametrize("key", ["0", "99999999999999999999", "abc"])
    def test_nothing_is_no_base(self, check, key):
        with pytest.raises(AnswersRefused) as refused:
            check(self.claim(key))

        assert problems(refused) == {"answer_base": CHOOSE_ONE}

    def test_major_is_found_by_its_key(self, db_session, check):
        major = db_session.query(Major).first()
        made = other_claim(
            "degree_education",
            "15",
            school="某大学",
            major=str(major.id),
            education_level="master",
            study_form="part_time",
            courses_passed="1",
        )

        assert check(made).answers["major"] == str(major.id)


@pytest.mark.feature("P16", "U36")
def test_worth_is_explained_while_somebody_types(db_session, cast):
    form = find_form(db_session, code="training_workshop", source=Source.individual)
    half_typed = claim(
        answers={"course_kind": "advanced_seminar", "organizer": "x" * 500},
        claimed="?",
        title="",
    )

    result = worth(db_session, form=form, claim=half_typed, today=TODAY)

    assert [str(step) for step in result.explanation] == [
        "培训天数 3 × 8 学时 = 24 学时",
        "班次类别为高级研修班：× 1.5 = 36 学时",
    ]


def test_nothing_is_worth_nothing_before_it_is_filled_in(db_session, cast):
    form = find_form(db_session, code="secondment", source=Source.individual)
    begun = {"service_kind": "support", "place": "某地"}
    rest = {
        "service_period": {"start": "2024-01-01", "end": "2024-12-31"},
        "months": "12",
        "assessment": "failed",
    }

    begun, whole = (
        worth(
            db_session,
            form=form,
            claim=other_claim("secondment", "", **answers),
            today=TODAY,
        )
        for answers in (begun, begun | rest)
    )

    assert begun is None
    assert (whole.hours, len(whole.explanation) > 0) == (0, True)


def test_requirement_of_the_year_is_what_fills_it(db_session, cast):
    requirement(db_session).professional_min = Decimal(48)
    form = find_form(db_session, code="secondment", source=Source.individual)
    months = other_claim(
        "secondment",
        "",
        service_kind="support",
        months="12",
        assessment="passed",
        place="某地",
        service_period={"start": "2024-01-01", "end": "2024-12-31"},
    )

    result = worth(db_session, form=form, claim=months, today=TODAY)

    assert result.hours == Decimal(48)


def test_only_the_current_version_is_asked(db_session):
    old = make.form_version(db_session)
    old.is_current = False
    db_session.flush()
    db_session.add(
        LearningFormVersion(
            form_id=old.form_id, number=99, is_current=True, rule=old.rule, caps={}
        )
    )
    db_session.flush()

    form = find_form(db_session, code="training_workshop", source=Source.individual)

    assert (form.version.number, list(form.fields)) == (99, [])
