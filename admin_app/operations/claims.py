"""What may be declared now, and what a claim is worth by the rule of its form."""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, bindparam, exists, func, select
from sqlalchemy.orm import Session, contains_eager, selectinload

from admin_app.enums import FieldKind, Measure, Source, State, UnitKind
from admin_app.errors import Refused
from admin_app.models import (
    AnnualRequirement,
    Declaration,
    LearningForm,
    LearningFormVersion,
    Major,
    Person,
    Unit,
)
from admin_app.operations.learning_forms import field_specs
from admin_app.postgres import SAME_PLAN
from admin_app.prepared import Prepared
from admin_app.rules.amounts import plain, read_amount
from admin_app.rules.field_kinds import Answer
from admin_app.rules.field_specs import FieldSpec
from admin_app.rules.hour_steps import ZERO
from admin_app.rules.hours import (
    CLAIM,
    PROFESSIONAL_REQUIREMENT,
    HoursResult,
    accept_claim,
    compute_hours,
    year_room,
)
from admin_app.rules.learning_forms import (
    AnswersRefused,
    accept_answers,
    accept_draft,
    answer_labels,
    outside_year,
    shown_fields,
)
from admin_app.rules.texts import clean_text

TITLE_LENGTH: Final = 200
REMARK_LENGTH: Final = 500
MOST_HOURS: Final = Decimal(999)
"""A draft may claim more than its rule gives so far, but no nonsense."""
COUNTED: Final = (State.pending, State.approved)
ANSWER: Final = "answer_"
"""What stands before the name of an answer where other inputs stand beside it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """What somebody says they learned, as they typed it."""

    form_code: str
    year: object
    title: object
    answers: Mapping[str, object]
    claimed: object = ""
    remark: object = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """A claim that holds: the columns of a declaration."""

    form_version_id: int
    measure: Measure
    year: int
    title: str
    answers: dict[str, Answer]
    claimed: Decimal
    computed: Decimal
    remark: str


@dataclass(frozen=True, slots=True)
class Terms:
    """What a year asks and when, and what people have claimed by a form in it."""

    year: int
    declare_from: dt.date
    declare_until: dt.date
    professional_min: Decimal | None
    taken: Mapping[int, Decimal]
    """By person, what is pending or approved."""


@dataclass(frozen=True)
class Form:
    """A learning form as it is in force, with the fields that it asks for."""

    version: LearningFormVersion

    @cached_property
    def fields(self) -> Sequence[FieldSpec]:
        """What the form asks."""
        return field_specs(self.version)

    @property
    def code(self) -> str:
        """The code of the form."""
        return self.version.form.code

    def hours(
        self,
        answers: Mapping[str, object],
        *,
        claimed: object = None,
        requirement: Decimal = PROFESSIONAL_REQUIREMENT,
        english: bool = False,
    ) -> HoursResult:
        """Return what the answers are worth, explained in one language."""
        return compute_hours(
            self.version.rule,
            self.version.caps,
            answers,
            claimed=claimed,
            labels=answer_labels(self.fields, english=english),
            requirement=requirement,
        )


def open_years(session: Session, *, today: dt.date) -> list[int]:
    """Return the years that can be declared for today, newest first."""
    statement = (
        select(AnnualRequirement.year)
        .where(AnnualRequirement.declare_from <= today)
        .where(AnnualRequirement.declare_until >= today)
        .distinct()
        .order_by(AnnualRequirement.year.desc())
    )
    return list(session.scalars(statement))


def offered_forms(session: Session, *, source: Source) -> list[LearningForm]:
    """Return the forms that this source may declare by now."""
    forms = session.scalars(
        select(LearningForm)
        .where(LearningForm.is_active)
        .where(
            exists().where(
                LearningFormVersion.form_id == LearningForm.id,
                LearningFormVersion.is_current,
            )
        )
        .order_by(LearningForm.sort_order, LearningForm.id)
    )
    return [form for form in forms if source.name in form.declared_by]


def find_form(
    session: Session, *, code: str, source: Source, known: Form | None = None
) -> Form:
    """Return the form in force, or refuse what this source may not declare.

    `known` is the form as it was read a moment ago: what it asks never changes, and so
    only whether it is still in force is read again.
    """
    if not code:
        raise Refused("请选择学习形式。", field="form_code")
    statement = _IN_FORCE_WITH_ALL if known is None else _IN_FORCE
    form = _offered(session.scalar(statement, {"code": code}), source)
    return known if known is not None and known.version.id == form.version.id else form


_IN_FORCE: Final = (
    select(LearningFormVersion)
    .join(LearningFormVersion.form)
    .where(LearningForm.code == bindparam("code"), LearningFormVersion.is_current)
    .options(contains_eager(LearningFormVersion.form))
    .execution_options(**SAME_PLAN)
)
_IN_FORCE_WITH_ALL: Final = _IN_FORCE.options(
    selectinload(LearningFormVersion.fields), selectinload(LearningFormVersion.proofs)
)


def form_of(record: Declaration) -> Form:
    """Return the form of a stored declaration, if it may still be declared by it."""
    version = record.form_version
    if not version.is_current:
        raise Refused(
            "学习形式“%(form)s”的信息项已更新，请打开修改，核对后再提交。",
            field="form_code",
            form=version.form.name,
        )
    return _offered(version, record.source)


def _offered(version: LearningFormVersion | None, source: Source) -> Form:
    if version is None or not version.form.is_active:
        raise Refused("学习形式不存在或已停用，请重新选择。", field="form_code")
    if source.name not in version.form.declared_by:
        raise Refused(
            "“%(form)s”不能由此途径申报，请选择其他学习形式。",
            field="form_code",
            form=version.form.name,
        )
    return Form(version)


def worth(
    session: Session,
    *,
    form: Form,
    claim: Claim,
    today: dt.date,
    english: bool = False,
) -> HoursResult | None:
    """Return what a half-typed claim is worth so far; what is unreadable counts nothing.

    None while it gives no hours and not all is filled in that it may hang on.
    """
    answers = readable(form.fields, claim.answers, today=today)
    try:
        claimed = read_amount(claim.claimed, field=CLAIM)
    except Refused:
        claimed = None
    if claimed is not None and not 0 <= claimed <= MOST_HOURS:
        claimed = None
    terms = _terms(session, claim, form)
    result = form.hours(
        answers,
        claimed=claimed,
        requirement=_professional(terms),
        english=english,
    )
    shown = shown_fields(form.fields, answers)
    is_filled = all(field.name in answers for field in shown if field.required)
    return result if result.hours or is_filled else None


def readable(
    fields: Sequence[FieldSpec], raw: Mapping[str, object], *, today: dt.date
) -> dict[str, Answer]:
    """Return the answers that can be read already."""
    try:
        return accept_draft(fields, raw, today=today)
    except AnswersRefused as refused:
        good = {name: raw[name] for name in raw if name not in refused.problems}
    try:
        return accept_draft(fields, good, today=today)
    except AnswersRefused:
        return {}


def accept(
    session: Session,
    *,
    form: Form,
    claim: Claim,
    person_ids: Iterable[int],
    today: dt.date,
    record_id: int | None = None,
    is_complete: bool,
) -> Accepted:
    """Return what is stored of a claim; AnswersRefused names all that is wrong.

    A draft may have gaps (P19). A complete one keeps to the rule of its form and to
    the form's cap of the year for each person, with what waits or is approved; its days
    lie in its year, as hours count for the year in which they are earned, and nobody
    says the same twice.
    """
    problems: dict[str, Refused] = {}
    people = list(person_ids)
    terms = _terms(session, claim, form, people, without=record_id)
    _refuse_closed_year(terms, today, problems)
    title = _text(claim.title, "title", TITLE_LENGTH, problems)
    if not title and "title" not in problems:
        problems["title"] = Refused("此项必填，请填写。", field="title")
    remark = _text(claim.remark, "remark", REMARK_LENGTH, problems)
    accept_fields = accept_answers if is_complete else accept_draft
    try:
        answers = accept_fields(form.fields, claim.answers, today=today)
        _refuse_unknown_rows(session, form.fields, answers)
    except AnswersRefused as refused:
        problems |= {ANSWER + name: why for name, why in refused.problems.items()}
        answers = readable(form.fields, claim.answers, today=today)
    if is_complete and terms is not None and "credit_year" not in problems:
        problems |= _days_outside(form, answers, terms.year)
    hours = _claimed(form, claim, answers, terms, problems, is_complete)
    if problems or hours is None or terms is None:
        raise AnswersRefused(problems)
    if is_complete:
        for person_id in people:
            _refuse_over_year(form, terms, person_id, hours[0])
        _refuse_again(session, form, terms, title, answers, without=record_id)
    return Accepted(
        form_version_id=form.version.id,
        measure=form.version.measure,
        year=terms.year,
        title=title,
        answers=answers,
        claimed=hours[0],
        computed=hours[1],
        remark=remark,
    )


def _refuse_closed_year(
    terms: Terms | None, today: dt.date, problems: dict[str, Refused]
) -> None:
    if terms is None:
        sentence = "请选择可以申报的计入年度。"
        problems["credit_year"] = Refused(sentence, field="credit_year")
    elif not terms.declare_from <= today <= terms.declare_until:
        problems["credit_year"] = Refused(
            "%(year)s 年度的申报时间为 %(first)s 至 %(last)s，现在不能申报。",
            field="credit_year",
            year=terms.year,
            first=terms.declare_from.isoformat(),
            last=terms.declare_until.isoformat(),
        )


def _days_outside(
    form: Form, answers: Mapping[str, Answer], year: int
) -> dict[str, Refused]:
    sentence = "不在 %(year)s 年度内，请核对日期或计入年度。"
    return {
        ANSWER + name: Refused(sentence, field=name, year=year)
        for name in outside_year(form.fields, answers, year)
    }


def _refuse_again(
    session: Session,
    form: Form,
    terms: Terms,
    title: str,
    answers: Mapping[str, Answer],
    *,
    without: int | None,
) -> None:
    """Refuse what somebody has pending or approved already, word for word."""
    about = {"form": form.version.form_id, "year": terms.year, "title": title}
    about |= {"without": without or 0}
    for person_id in terms.taken:
        for row in _OF_THAT_TITLE.rows(session, {**about, "person": person_id}):
            if row.answers == answers:
                again = Refused(
                    "%(name)s已申报过内容完全相同的学时，请勿重复申报。",
                    field="title",
                    name=row.name,
                )
                raise AnswersRefused({"title": again})


def _terms(
    session: Session,
    claim: Claim,
    form: Form,
    people: Sequence[int] = (),
    *,
    without: int | None = None,
) -> Terms | None:
    """Return the terms of the claim's year; `without` names a declaration not counted."""
    text = str(claim.year)
    if not (text.isascii() and text.isdigit() and len(text) == len("2026")):
        return None
    version = form.version
    about = {"year": int(text), "measure": version.measure, "form": version.form_id}
    about |= {"without": without or 0}
    rows: Sequence[Any]
    if len(people) > 1:
        about["people"] = people
        rows = session.execute(_TERMS_FOR_MANY, about).all()
    else:
        about["person"] = people[0] if people else None
        rows = _TERMS_FOR_ONE.rows(session, about)
    if not rows:
        return None
    taken = {row.person_id: row.amount for row in rows if row.person_id is not None}
    first = rows[0]
    return Terms(
        year=first.year,
        declare_from=first.declare_from,
        declare_until=first.declare_until,
        professional_min=first.professional_min,
        taken=taken,
    )


def _professional(terms: Terms | None) -> Decimal:
    least = terms.professional_min if terms else None
    return PROFESSIONAL_REQUIREMENT if least is None else least


def _text(
    value: object, field: str, max_length: int, problems: dict[str, Refused]
) -> str:
    is_line = field == "title"
    try:
        return clean_text(
            value, field=field, max_length=max_length, single_line=is_line
        )
    except Refused as refused:
        problems[field] = refused
        return ""


def _claimed(
    form: Form,
    claim: Claim,
    answers: Mapping[str, Answer],
    terms: Terms | None,
    problems: dict[str, Refused],
    is_complete: bool,  # noqa: FBT001 (from one place, by the caller's own name)
) -> tuple[Decimal, Decimal] | None:
    """Return the hours claimed and computed; without a claim, what the rule gives."""
    # The limit of an incomplete claim is not known yet.
    is_limited = is_complete and not any(name.startswith(ANSWER) for name in problems)
    try:
        amount = _typed_amount(claim.claimed)
        computed = form.hours(answers, claimed=amount, requirement=_professional(terms))
        if amount is None:
            return _given_by_rule(computed), computed.hours
        limit = computed if is_limited else HoursResult(MOST_HOURS, ())
        return accept_claim(amount, computed=limit), computed.hours
    except Refused as refused:
        problems[CLAIM] = refused
        return None


def _typed_amount(typed: object) -> Decimal | None:
    text = str(typed or "").strip()
    amount = read_amount(text, field=CLAIM) if text else None
    if amount is not None and amount > MOST_HOURS:
        raise Refused(
            "申报学时不能超过 %(most)s，请修改。", field=CLAIM, most=plain(MOST_HOURS)
        )
    return amount


def _given_by_rule(computed: HoursResult) -> Decimal:
    if not computed.hours:
        raise Refused(
            "按已填内容还算不出学时，请填写申报学时，提交前可以修改。", field=CLAIM
        )
    return computed.hours


def _refuse_over_year(
    form: Form, terms: Terms, person_id: int, claimed: Decimal
) -> None:
    taken = terms.taken.get(person_id, ZERO)
    room = year_room(form.version.caps, taken)
    if room is not None and claimed > room:
        sentence = Refused(
            "“%(form)s”每年度最多计 %(cap)s 学时；%(year)s 年度已申报 %(taken)s 学时"
            "（含审批中），还可申报 %(room)s 学时。",
            field=CLAIM,
            form=form.version.form.name,
            cap=plain(form.version.caps["per_year"]),
            year=terms.year,
            taken=plain(taken),
            room=plain(room),
        )
        raise AnswersRefused({CLAIM: sentence})


def taken_hours(
    session: Session, people: Collection[int], *, without: int | None = None
) -> dict[tuple[int, int, int], Decimal]:
    """Return what people have pending or approved, by person, year and learning form.

    `without` names a declaration that is not counted.
    """
    about = {"people": sorted(people), "without": without or 0}
    rows = session.execute(_TAKEN, about)
    return {(person, year, form): amount for person, year, form, amount in rows}


def _taken(who: ColumnElement[bool], *place: Any) -> Select[*tuple[Any, ...]]:
    """Return the statement for what people have pending or approved, by some columns."""
    return (
        select(*place, func.sum(Declaration.claimed).label("amount"))
        .join(Declaration.form_version)
        .where(who, Declaration.id != bindparam("without"))
        .where(Declaration.state.in_(COUNTED), Declaration.deleted_at.is_(None))
        .group_by(*place)
    )


_FORM: Final = LearningFormVersion.form_id
_IS_ONE: Final = Declaration.person_id == bindparam("person")
# One by one: SQLite would look through all that is approved for a list of ids.
_ARE_PEOPLE: Final = Declaration.person_id.in_(bindparam("people", expanding=True))
_TAKEN: Final = _taken(_ARE_PEOPLE, Declaration.person_id, Declaration.year, _FORM)


def _terms_for(who: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    """Return the statement for what a year asks, and what people have by a form in it."""
    taken = _taken(who, Declaration.person_id, Declaration.year)
    by_form = taken.where(bindparam("form") == _FORM).subquery()
    return (
        select(
            AnnualRequirement.year,
            AnnualRequirement.declare_from,
            AnnualRequirement.declare_until,
            AnnualRequirement.professional_min,
            by_form.c.person_id,
            by_form.c.amount,
        )
        .outerjoin(by_form, by_form.c.year == AnnualRequirement.year)
        .where(
            AnnualRequirement.year == bindparam("year"),
            AnnualRequirement.measure == bindparam("measure"),
        )
        .execution_options(**SAME_PLAN)
    )


_TERMS_FOR_ONE: Final = Prepared(_terms_for(_IS_ONE))
_TERMS_FOR_MANY: Final = _terms_for(_ARE_PEOPLE)


_OF_THAT_TITLE: Final = Prepared(
    select(Declaration.answers, Person.name)
    .join(Declaration.form_version)
    .join(Declaration.person)
    .where(_IS_ONE, Declaration.id != bindparam("without"))
    .where(Declaration.state.in_(COUNTED), Declaration.deleted_at.is_(None))
    .where(Declaration.year == bindparam("year"), bindparam("form") == _FORM)
    .where(Declaration.title == bindparam("title"))
)


ROWS: Final[Mapping[str, Any]] = {"base": Unit, "major": Major}
"""What a field of the kind reference may point at."""


def named_row(session: Session, target: str | None, key: object) -> Any | None:
    """Return the row that an answer points at, None for anything else."""
    text = str(key)
    if target is None or target not in ROWS or not (text.isascii() and text.isdigit()):
        return None
    if len(text) > len(str(2**53)):
        return None
    row = session.get(ROWS[target], int(text))
    if isinstance(row, Unit) and row.kind is not UnitKind.base:
        return None
    return row


def _refuse_unknown_rows(
    session: Session, fields: Sequence[FieldSpec], answers: Mapping[str, Answer]
) -> None:
    problems = {
        field.name: Refused("请从列表中选择一项。", field=field.name)
        for field in fields
        if field.kind is FieldKind.reference
        and field.name in answers
        and named_row(session, field.target, answers[field.name]) is None
    }
    if problems:
        raise AnswersRefused(problems)
