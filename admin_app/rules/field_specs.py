"""What one field of a learning form is: a plain record, read from data (IN-07)."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final

from admin_app.enums import FieldKind
from admin_app.errors import Refused
from admin_app.rules.amounts import read_amount, same_word
from admin_app.rules.patterns import pattern_name

Conditions = Mapping[str, frozenset[str]]
"""Field → the answers of which one must be given."""

TEXT_MAX_LENGTH = 200
TEXTAREA_MAX_LENGTH = 2000
MAX_OPTIONS = 200
LABEL_MAX_LENGTH = 60
REFERENCE_TARGETS: Final = frozenset({"base", "major"})

_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
_OPTION_VALUE = re.compile(r"[A-Za-z0-9_.-]{1,40}")
_KEYS = frozenset(
    [
        "name",
        "label",
        "label_zh",
        "label_en",
        "type",
        "kind",
        "required",
        "options",
        "options_from",
        "min",
        "max",
        "step",
        "max_length",
        "pattern",
        "show_when",
        "hide_when",
        "help",
        "help_zh",
        "help_en",
        "target",
        "max_count",
        "days_of",
    ]
)


@dataclass(frozen=True)
class Option:
    """One choice of a select field."""

    value: str
    label: str
    label_en: str


@dataclass(frozen=True)
class FieldSpec:
    """One field as the version of a learning form defines it."""

    name: str
    label: str
    label_en: str
    kind: FieldKind
    required: bool = False
    options: tuple[Option, ...] = ()
    min: Decimal | None = None
    max: Decimal | None = None
    step: Decimal | None = None
    max_length: int | None = None
    pattern: str | None = None
    show_when: Conditions = field(default_factory=dict)
    hide_when: Conditions = field(default_factory=dict)
    help: str = ""
    target: str | None = None
    max_count: int | None = None
    days_of: str | None = None
    """The period of which this is a number of days: it has no more than that."""


OptionSets = Mapping[str, Sequence[Mapping[str, str]]]


def from_mapping(
    definition: Mapping[str, Any], *, option_sets: OptionSets | None = None
) -> FieldSpec:
    """Return the field that a mapping defines, or refuse a malformed definition.

    `options` is a list or the name of one of `option_sets`; a pattern is the name of
    one of the library, or the very text of one.
    """
    name = str(definition.get("name"))
    if not _NAME.fullmatch(name):
        raise Refused(
            "信息项名称 %(name)s 无效，请用小写字母开头的字母、数字或下划线。",
            name=name,
        )
    unknown = sorted(str(key) for key in definition if key not in _KEYS)
    if unknown:
        raise _malformed(
            "信息项 %(name)s 有未知的属性 %(key)s，请删去。", name, unknown[0]
        )
    label = _label(definition, "label", "label_zh", name=name)
    spec = FieldSpec(
        name=name,
        label=label,
        label_en=str(definition.get("label_en") or label),
        kind=_kind(definition, name=name),
        required=_flag(definition, "required", name=name),
        options=_options(definition, option_sets or {}, name=name),
        min=_number(definition, "min", name=name),
        max=_number(definition, "max", name=name),
        step=_number(definition, "step", name=name),
        max_length=_count(definition, "max_length", name=name),
        pattern=_pattern(definition, name=name),
        show_when=_conditions(definition, "show_when", name=name),
        hide_when=_conditions(definition, "hide_when", name=name),
        help=str(definition.get("help") or definition.get("help_zh") or ""),
        target=definition.get("target"),
        max_count=_count(definition, "max_count", name=name),
        days_of=definition.get("days_of"),
    )
    _refuse_contradictions(spec)
    return spec


def _malformed(sentence: str, name: str, key: str) -> Refused:
    return Refused(sentence, field="fields", name=name, key=key)


def _wrong_value(name: str, key: str) -> Refused:
    return _malformed("信息项 %(name)s 的属性 %(key)s 取值无效，请修改。", name, key)


def _label(definition: Mapping[str, Any], *keys: str, name: str) -> str:
    label = next((definition[key] for key in keys if definition.get(key)), None)
    if not isinstance(label, str) or len(label) > LABEL_MAX_LENGTH:
        raise _wrong_value(name, keys[0])
    return label


def _kind(definition: Mapping[str, Any], *, name: str) -> FieldKind:
    kind = str(definition.get("kind") or definition.get("type"))
    if kind not in FieldKind.__members__:
        raise _wrong_value(name, "kind")
    return FieldKind[kind]


def _flag(definition: Mapping[str, Any], key: str, *, name: str) -> bool:
    flag = definition.get(key, False)
    if not isinstance(flag, bool):
        raise _wrong_value(name, key)
    return flag


def _number(definition: Mapping[str, Any], key: str, *, name: str) -> Decimal | None:
    if definition.get(key) is None:
        return None
    try:
        return read_amount(definition[key], field="fields")
    except Refused:
        raise _wrong_value(name, key) from None


def _count(definition: Mapping[str, Any], key: str, *, name: str) -> int | None:
    number = _number(definition, key, name=name)
    if number is None:
        return None
    if number < 1 or number != int(number):
        raise _wrong_value(name, key)
    return int(number)


def _pattern(definition: Mapping[str, Any], *, name: str) -> str | None:
    if definition.get("pattern") is None:
        return None
    known = pattern_name(str(definition["pattern"]))
    if known is None:
        raise _wrong_value(name, "pattern")
    return known


def _options(
    definition: Mapping[str, Any], option_sets: OptionSets, *, name: str
) -> tuple[Option, ...]:
    listed = definition.get("options") or definition.get("options_from") or ()
    if isinstance(listed, str):
        listed = option_sets.get(listed, ())
    options = tuple(_option(each, name=name) for each in listed)
    values = [option.value for option in options]
    if len(set(values)) < len(values) or len(values) > MAX_OPTIONS:
        raise _wrong_value(name, "options")
    return options


def _option(each: object, *, name: str) -> Option:
    if not isinstance(each, Mapping):
        raise _wrong_value(name, "options")
    value = each.get("value")
    if isinstance(value, bool) or not _OPTION_VALUE.fullmatch(str(value)):
        raise _wrong_value(name, "options")
    label = _label(each, "label", "label_zh", name=name)
    return Option(str(value), label, str(each.get("label_en") or label))


def _conditions(definition: Mapping[str, Any], key: str, *, name: str) -> Conditions:
    conditions = definition.get(key) or {}
    if not isinstance(conditions, Mapping):
        raise _wrong_value(name, key)
    return {str(asked): _words(wanted) for asked, wanted in conditions.items()}


def _words(wanted: object) -> frozenset[str]:
    values: Iterable[object] = wanted if isinstance(wanted, list | tuple) else [wanted]
    return frozenset(same_word(value) for value in values)


def _refuse_contradictions(spec: FieldSpec) -> None:
    if (spec.kind is FieldKind.select) != bool(spec.options):
        raise _wrong_value(spec.name, "options")
    if (spec.kind is FieldKind.reference) != (spec.target in REFERENCE_TARGETS):
        raise _wrong_value(spec.name, "target")
    if spec.days_of is not None and spec.kind is not FieldKind.number:
        raise _wrong_value(spec.name, "days_of")
    if spec.min is not None and spec.max is not None and spec.min > spec.max:
        raise _wrong_value(spec.name, "max")
    if spec.step is not None and spec.step <= 0:
        raise _wrong_value(spec.name, "step")
    longest = (
        TEXTAREA_MAX_LENGTH if spec.kind is FieldKind.textarea else TEXT_MAX_LENGTH
    )
    if (spec.max_length or 1) > longest:
        raise _wrong_value(spec.name, "max_length")
