"""What a learning form asks, and whether it was answered acceptably (U36, P16)."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from admin_app.enums import FieldKind
from admin_app.errors import Refused
from admin_app.rules.amounts import same_word
from admin_app.rules.field_kinds import FIELD_KINDS, Answer
from admin_app.rules.field_specs import Conditions, FieldSpec

MAX_FIELDS = 60


class AnswersRefused(Refused):
    """All that is wrong with the answers at once: `problems` by field."""

    def __init__(self, problems: Mapping[str, Refused]) -> None:
        """Keep each refusal, so that each sentence can be translated on its own."""
        super().__init__("有 %(count)s 项填写有误，请按提示修改。", count=len(problems))
        self.problems = dict(problems)


def accept_answers(
    fields: Sequence[FieldSpec], raw: Mapping[str, object], *, today: dt.date
) -> dict[str, Answer]:
    """Return the answers as plain JSON values, ready to be stored and submitted.

    Numbers and dates become text in one spelling; what is not shown is not stored.
    """
    return _accept(fields, raw, today=today, must_be_complete=True)


def accept_draft(
    fields: Sequence[FieldSpec], raw: Mapping[str, object], *, today: dt.date
) -> dict[str, Answer]:
    """Return the answers of a draft (P19): like `accept_answers`, but gaps may remain."""
    return _accept(fields, raw, today=today, must_be_complete=False)


def outside_year(
    fields: Iterable[FieldSpec], answers: Mapping[str, Answer], year: int
) -> list[str]:
    """Return the days that are not in a year, and the periods that do not touch it.

    Hours count for the year in which they are earned (notice of the Pingdingshan city
    HR bureau, `seed/reference/annual_requirements.yaml`).
    """
    found = []
    for field in fields:
        answer = answers.get(field.name)
        if field.kind is FieldKind.date and isinstance(answer, str):
            first = last = answer
        elif field.kind is FieldKind.daterange and isinstance(answer, Mapping):
            first, last = answer["start"], answer["end"]
        else:
            continue
        if not first[:4] <= str(year) <= last[:4]:
            found.append(field.name)
    return found


def is_shown(field: FieldSpec, answers: Mapping[str, object]) -> bool:
    """Tell whether the field's conditions hold for the answers."""
    is_wanted = not field.show_when or _holds(field.show_when, answers)
    return is_wanted and not (field.hide_when and _holds(field.hide_when, answers))


def shown_fields(
    fields: Iterable[FieldSpec], answers: Mapping[str, object]
) -> list[FieldSpec]:
    """Return the fields to show; a field that hangs on a hidden one is hidden too."""
    visible: dict[str, object] = {}
    shown = []
    for field in fields:
        if is_shown(field, visible):
            shown.append(field)
            visible[field.name] = answers.get(field.name)
    return shown


def validate_fields(fields: Sequence[FieldSpec]) -> None:
    """Refuse a set of fields that no screen could ask (IN-07)."""
    if len(fields) > MAX_FIELDS:
        raise Refused(
            "学习形式最多有 %(max_fields)s 个信息项，请删减后再保存。",
            max_fields=MAX_FIELDS,
        )
    earlier: dict[str, FieldSpec] = {}
    for field in fields:
        if field.name in earlier:
            raise Refused(
                "信息项 %(name)s 重复出现，请改用不同的名称。", name=field.name
            )
        for conditions in (field.show_when, field.hide_when):
            _refuse_bad_conditions(field, conditions, earlier=earlier)
        if field.days_of is not None:
            _refuse_no_period(field, earlier.get(field.days_of))
        earlier[field.name] = field


def answer_labels(fields: Iterable[FieldSpec], *, english: bool) -> dict[str, str]:
    """Return what a person calls fields and options, as `compute_hours` wants it."""
    labels = {}
    for field in fields:
        labels[field.name] = field.label_en if english else field.label
        for option in field.options:
            name = f"{field.name}:{option.value}"
            labels[name] = option.label_en if english else option.label
    return labels


def _accept(
    fields: Sequence[FieldSpec],
    raw: Mapping[str, object],
    *,
    today: dt.date,
    must_be_complete: bool,
) -> dict[str, Answer]:
    answers: dict[str, Answer] = {}
    known = {field.name for field in fields}
    problems = {
        name: Refused("学习形式中没有此信息项，请刷新页面后重新填写。", field=str(name))
        for name in raw
        if name not in known
    }
    for field in fields:
        if not is_shown(field, answers):
            continue
        try:
            answer = _answer(field, raw.get(field.name), today=today)
            _refuse_more_days(field, answer, answers.get(field.days_of or ""))
        except Refused as problem:
            problems[field.name] = problem
            continue
        if answer is not None:
            answers[field.name] = answer
        elif field.required and must_be_complete:
            problems[field.name] = Refused("此项必填，请填写。", field=field.name)
    if problems:
        raise AnswersRefused(problems)
    return answers


def _answer(field: FieldSpec, value: object, *, today: dt.date) -> Answer | None:
    if _is_blank(value):
        return None
    return FIELD_KINDS[field.kind].accept(field, value, today=today)


def _refuse_more_days(
    field: FieldSpec, answer: Answer | None, period: Answer | None
) -> None:
    if isinstance(answer, str) and isinstance(period, Mapping):
        start, end = map(dt.date.fromisoformat, (period["start"], period["end"]))
        days = (end - start).days + 1
        if Decimal(answer) > days:
            raise Refused(
                "起止日期之间只有 %(days)s 天，请核对。", field=field.name, days=days
            )


def _is_blank(value: object) -> bool:
    if isinstance(value, Mapping):
        return all(_is_blank(part) for part in value.values())
    return value is None or (isinstance(value, str) and not value.strip())


def _holds(conditions: Conditions, answers: Mapping[str, object]) -> bool:
    return all(
        same_word(answers.get(name) or "") in wanted
        for name, wanted in conditions.items()
    )


def _refuse_no_period(field: FieldSpec, period: FieldSpec | None) -> None:
    if period is None or period.kind is not FieldKind.daterange:
        raise Refused(
            "信息项 %(name)s 的天数须指向排在它前面的起止日期，请修改。",
            name=field.name,
        )


def _refuse_bad_conditions(
    field: FieldSpec, conditions: Conditions, *, earlier: Mapping[str, FieldSpec]
) -> None:
    for name, wanted in conditions.items():
        asked = earlier.get(name)
        if asked is None or asked.kind is not FieldKind.select:
            raise Refused(
                "信息项 %(name)s 的显示条件须指向排在它前面的下拉选择项，请修改。",
                name=field.name,
            )
        if not {option.value for option in asked.options}.issuperset(wanted):
            raise Refused(
                "信息项 %(name)s 的显示条件中有不存在的选项，请修改。", name=field.name
            )
