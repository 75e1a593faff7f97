"""Whether a rule of a learning form is well-formed, asked before it is saved."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from admin_app.errors import Refused
from admin_app.rules.amounts import read_amount
from admin_app.rules.hour_kinds import KINDS, REQUIREMENT

MAX_DEPTH = 4
CHANGING_KEYS = frozenset(
    [
        "kind",
        "when",
        "when_min",
        "plus",
        "times",
        "minus_per_rank",
        "rank_field",
        "ranks",
        "max",
        "cap_item",
    ]
)
"""What a rule of any kind may have besides the keys of its kind."""
CAP_KEYS = frozenset({"per_item", "per_year"})


def validate_rule(rule: object, *, fields: Collection[str] | None = None) -> None:
    """Refuse a rule that could not be computed, and say which key is wrong.

    With `fields`, a rule may ask only for the fields named there.
    """
    _Check(None if fields is None else frozenset(fields)).rule(rule, depth=1)


def validate_caps(caps: object) -> None:
    """Refuse caps other than per_item and per_year, or caps that are no numbers."""
    if not isinstance(caps, Mapping) or not CAP_KEYS.issuperset(caps):
        raise _malformed(
            "学时规则有误：%(key)s 只能有 per_item 和 per_year，请修改后再保存。",
            key="caps",
        )
    for key, value in caps.items():
        if value is not None:
            _refuse_bad_number(value, key=str(key))


def _malformed(sentence: str, *, key: str, **values: object) -> Refused:
    return Refused(sentence, field="rule", key=key, **values)


def _refuse_bad_number(value: object, *, key: str) -> None:
    try:
        is_fit = read_amount(value, field="rule") >= 0
    except Refused:
        is_fit = False
    if not is_fit:
        raise _malformed(
            "学时规则有误：%(key)s 应为不小于 0 的数字，请修改后再保存。", key=key
        )


@dataclass(frozen=True)
class _Check:
    """One pass over a rule; `fields` limits the names that it may ask for."""

    fields: frozenset[str] | None

    def rule(self, rule: object, *, depth: int) -> None:
        if not isinstance(rule, Mapping):
            raise _malformed(
                "学时规则有误：%(key)s 应为一组键和值，请修改后再保存。", key="rule"
            )
        if depth > MAX_DEPTH:
            raise _malformed(
                "学时规则有误：%(key)s 嵌套过深，请修改后再保存。", key="plus"
            )
        kind = KINDS.get(str(rule.get("kind")))
        if kind is None:
            raise _malformed(
                "学时规则有误：%(key)s 不是已知的规则类型，请修改后再保存。", key="kind"
            )
        for key in kind.keys:
            if key not in rule:
                raise _malformed(
                    "学时规则有误：%(key)s 不能缺少，请修改后再保存。", key=key
                )
        for key, value in rule.items():
            if key not in CHANGING_KEYS and key not in kind.keys:
                raise _malformed(
                    "学时规则有误：%(key)s 不是此类规则的键，请修改后再保存。",
                    key=str(key),
                )
            self.part(str(key), value, rule=rule, depth=depth)

    def part(
        self, key: str, value: object, *, rule: Mapping[str, object], depth: int
    ) -> None:
        match key:
            case "hours" | "max" | "cap_item" | "minus_per_rank" | "ranks":
                _refuse_bad_number(value, key=key)
            case "field" | "rank_field":
                self.field(value, key=key)
            case "keys":
                self.names(value, key=key)
            case "when" | "when_min":
                self.conditions(value, key=key)
            case "times":
                self.factors(value)
            case "table":
                keys = rule["keys"]
                levels = len(keys) if isinstance(keys, list | tuple) else 0
                self.table(value, levels=levels)
            case "steps":
                self.steps(value)
            case "plus":
                self.further(value, depth=depth)

    def field(self, name: object, *, key: str) -> None:
        if not isinstance(name, str) or not name:
            raise _malformed(
                "学时规则有误：%(key)s 应为信息项的名称，请修改后再保存。", key=key
            )
        if self.fields is not None and name not in self.fields:
            raise _malformed(
                "学时规则有误：%(key)s 指向不存在的信息项 %(name)s，请修改后再保存。",
                key=key,
                name=name,
            )

    def names(self, names: object, *, key: str) -> None:
        if not isinstance(names, list | tuple) or not names:
            raise _malformed(
                "学时规则有误：%(key)s 应为信息项名称的列表，请修改后再保存。", key=key
            )
        for name in names:
            self.field(name, key=key)

    def conditions(self, conditions: object, *, key: str) -> None:
        if not isinstance(conditions, Mapping):
            raise _malformed(
                "学时规则有误：%(key)s 应为信息项及其取值，请修改后再保存。", key=key
            )
        for name, wanted in conditions.items():
            self.field(name, key=key)
            if key == "when_min":
                _refuse_bad_number(wanted, key=key)
            elif isinstance(wanted, Mapping) or wanted in (None, [], ()):
                raise _malformed(
                    "学时规则有误：%(key)s 应给出取值，请修改后再保存。", key=key
                )

    def factors(self, times: object) -> None:
        if not isinstance(times, Mapping) or set(times) != {"field", "table"}:
            raise _malformed(
                "学时规则有误：%(key)s 应有 field 和 table 两个键，请修改后再保存。",
                key="times",
            )
        self.field(times["field"], key="times")
        self.table(times["table"], levels=1, words=frozenset())

    def table(
        self,
        table: object,
        *,
        levels: int,
        words: frozenset[str] = frozenset({REQUIREMENT}),
    ) -> None:
        if levels == 0:
            if not (isinstance(table, str) and table in words):
                _refuse_bad_number(table, key="table")
            return
        if not isinstance(table, Mapping) or not table:
            raise _malformed(
                "学时规则有误：%(key)s 的层数应与 keys 的个数相同，请修改后再保存。",
                key="table",
            )
        for entry in table.values():
            self.table(entry, levels=levels - 1, words=words)

    def steps(self, steps: object) -> None:
        if not isinstance(steps, list | tuple) or not steps:
            raise _malformed(
                "学时规则有误：%(key)s 应为分段的列表，请修改后再保存。", key="steps"
            )
        reached = -1.0
        for number, each in enumerate(steps, start=1):
            self.one_step(each)
            up_to = each.get("up_to")
            if up_to is None and number < len(steps):
                raise _malformed(
                    "学时规则有误：%(key)s 只有最后一段可以没有上限，请修改后再保存。",
                    key="steps",
                )
            if up_to is not None:
                if float(up_to) <= reached:
                    raise _malformed(
                        "学时规则有误：%(key)s 的上限应逐段增大，请修改后再保存。",
                        key="steps",
                    )
                reached = float(up_to)

    def one_step(self, each: object) -> None:
        if not isinstance(each, Mapping):
            raise _malformed(
                "学时规则有误：%(key)s 的每一段应为一组键和值，请修改后再保存。",
                key="steps",
            )
        if len({"hours", "rate", REQUIREMENT} & set(each)) != 1:
            raise _malformed(
                "学时规则有误：%(key)s 的每一段应有 hours、rate、requirement 之一，请修改后再保存。",
                key="steps",
            )
        for key, value in each.items():
            if key not in {"up_to", "hours", "rate", "max", REQUIREMENT}:
                raise _malformed(
                    "学时规则有误：%(key)s 中不能有 %(name)s，请修改后再保存。",
                    key="steps",
                    name=str(key),
                )
            if key != REQUIREMENT and value is not None:
                _refuse_bad_number(value, key=f"steps.{key}")

    def further(self, rules: object, *, depth: int) -> None:
        if not isinstance(rules, list | tuple):
            raise _malformed(
                "学时规则有误：%(key)s 应为规则的列表，请修改后再保存。", key="plus"
            )
        for each in rules:
            self.rule(each, depth=depth + 1)
