"""Who may do what, and which rows they see: the one definition of right and scope."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, Select, bindparam, false, or_, select, true
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeEngine

from admin_app.enums import IdentityKind, UnitKind
from admin_app.models import AdminAssignment, Department, Person, Unit

HR, INDUSTRY = UnitKind.hr_authority, UnitKind.industry_authority
EMPLOYER, BASE = UnitKind.employer, UnitKind.base
ANY_UNIT: Final = frozenset(UnitKind)
SUPERIORS: Final = frozenset({HR, INDUSTRY, EMPLOYER})
STANDS_BELOW: Final[Mapping[UnitKind, frozenset[UnitKind]]] = {
    HR: frozenset({HR}),
    INDUSTRY: frozenset({HR, INDUSTRY}),
    EMPLOYER: SUPERIORS,
    BASE: SUPERIORS,
}
"""Below which kinds of unit one of a kind can stand."""
PLATFORM: Final[frozenset[UnitKind]] = frozenset()

LOOK = ("view",)
REVIEW = ("view", "approve", "reject", "delete")
ADMISSION = (*REVIEW, "unmask")
"""Who takes somebody in may have to compare the full numbers with a paper."""
CRUD = ("view", "create", "edit", "delete", "export")


@dataclass(frozen=True, slots=True)
class Module:
    """A permission module (权限模块): its verbs, and the kinds of unit that may hold it.

    A module of no kind of unit belongs to the platform's own administrators.
    """

    name: str
    label: str
    verbs: tuple[str, ...]
    kinds: frozenset[UnitKind] = ANY_UNIT

    @property
    def permissions(self) -> tuple[str, ...]:
        """The names `module:verb` that a role may hold."""
        return tuple(f"{self.name}:{verb}" for verb in self.verbs)


CATALOGUE: Final[Mapping[str, Module]] = {
    module.name: module
    for module in (
        Module("unit_profile", "单位资料管理", ("view", "edit")),
        Module(
            "departments",
            "管理内设部门",
            ("view", "create", "edit", "disable", "delete"),
        ),
        Module(
            "unit_admins",
            "管理单位管理员",
            (
                "view",
                "create",
                "edit",
                "delete",
                "disable",
                "reset_password",
                "hand_over",
            ),
        ),
        Module(
            "subordinate_units",
            "管理下级单位",
            ("view", "export", "close_review", "disable"),
            SUPERIORS,
        ),
        Module("roles", "角色管理", ("view", "create", "edit", "delete")),
        Module("review_registrations", "审核注册人员", ADMISSION),
        Module("review_profile_changes", "审核人员信息修改", REVIEW),
        Module("review_subordinate_units", "审核下级单位", ADMISSION, SUPERIORS),
        Module("review_unit_changes", "审核机构信息修改", REVIEW, SUPERIORS),
        Module("review_successions", "审核继任申请", REVIEW, SUPERIORS),
        Module("incoming_transfers", "人员调入", ("view", "confirm", "reject")),
        Module("outgoing_transfers", "人员调出", ("view", "create", "withdraw")),
        Module("transfer_log", "调转记录", ("view", "export")),
        Module("declare_hours", "学时学分申报", ("view", "create", "edit", "delete")),
        Module("unit_declarations", "单位申报记录", ("view", "export")),
        Module(
            "approve_hours", "学时学分审批", ("view", "approve", "reject", "export")
        ),
        Module(
            "revoke_hours", "学时审验", ("view", "revoke"), frozenset({HR, INDUSTRY})
        ),
        Module("bulk_import", "批量导入", ("view", "create")),
        Module(
            "person_query",
            "专业技术人员信息查询",
            ("view", "export", "reset_password", "unmask", "leave"),
        ),
        Module("certificates", "电子证书查询打印", ("view", "print", "export")),
        Module("statistics", "统计", ("view", "export")),
        Module("notices", "通知公告", CRUD, frozenset({HR})),
        Module("reference_data", "基础数据", CRUD, PLATFORM),
        Module("learning_forms", "学习形式管理", CRUD, PLATFORM),
        Module("annual_requirements", "年度学时要求", CRUD, PLATFORM),
        Module("approval_chains", "审批流程", (*CRUD, "publish"), PLATFORM),
        Module("certificate_templates", "证书模板", CRUD, PLATFORM),
        Module(
            "accounts",
            "账号管理",
            (*CRUD, "disable", "reset_password", "hand_over"),
            PLATFORM,
        ),
        Module(
            "records",
            "业务数据",
            ("view", "create", "edit", "correct", "export"),
            PLATFORM,
        ),
        Module("audit_log", "系统日志", ("view", "export"), PLATFORM),
    )
}

VERBS: Final[Mapping[str, str]] = {
    "view": "查看",
    "create": "新增",
    "edit": "编辑",
    "correct": "更正",
    "delete": "删除",
    "export": "导出",
    "approve": "通过",
    "reject": "驳回",
    "revoke": "撤销",
    "withdraw": "撤回",
    "confirm": "确认",
    "disable": "禁用",
    "reset_password": "重置密码",
    "leave": "办理离岗",
    "hand_over": "设为超级管理员",
    "close_review": "关闭审核权限",
    "unmask": "查看完整信息",
    "print": "打印",
    "publish": "发布",
}
"""What each verb lets somebody do."""

DECIDING: Final = frozenset(
    {
        "approve_hours",
        "incoming_transfers",
        "review_profile_changes",
        "review_registrations",
        "review_subordinate_units",
        "review_successions",
        "review_unit_changes",
    }
)
"""Modules by which what waits is decided: without them it would wait for ever."""

GRAVE: Final = frozenset(
    {
        *(
            name
            for module in CATALOGUE.values()
            for name in module.permissions
            if name.endswith(":export")
        ),
        "accounts:hand_over",
        "accounts:reset_password",
        "approval_chains:publish",
        "certificate_templates:edit",
        "person_query:reset_password",
        "person_query:unmask",
        "records:correct",
        "review_registrations:unmask",
        "review_subordinate_units:unmask",
        "roles:edit",
        "unit_admins:hand_over",
        "unit_admins:reset_password",
    }
)
"""Permissions whose use asks for the actor's own password once more (AU-12)."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts, as which identity, for one request or one job."""

    account_id: int
    person_id: int
    name: str
    kind: IdentityKind
    permissions: frozenset[str] = frozenset()
    assignment_id: int | None = None
    unit_id: int | None = None
    unit_name: str = ""
    unit_path: str = ""
    unit_kind: UnitKind | None = None
    department_id: int | None = None
    department_path: str = ""
    is_chief: bool = False

    @property
    def is_superuser(self) -> bool:
        """Whether everything that can be managed is theirs."""
        return self.kind is IdentityKind.superuser

    @property
    def is_individual(self) -> bool:
        """Whether they act for themself."""
        return self.kind is IdentityKind.individual

    @property
    def is_administrator(self) -> bool:
        """Whether they act for a unit."""
        return self.kind is IdentityKind.administrator

    @property
    def is_at_root(self) -> bool:
        """Whether their unit is a root: the path of one is `/1/`."""
        return self.unit_path.count("/") == ROOT_SLASHES


ROOT_SLASHES: Final = 2


def permits(actor: Actor | None, permission: str) -> bool:
    """Tell whether the actor holds `module:verb`; rows are `scope_criterion`'s matter."""
    if actor is None:
        return False
    return actor.is_superuser or permission in actor.permissions


def serves_platform_only(actor: Actor) -> bool:
    """Tell whether all that the actor may do is the platform's own, as an auditor's is."""
    modules = {name.partition(":")[0] for name in actor.permissions}
    return bool(modules) and not any(CATALOGUE[name].kinds for name in modules)


class Range(NamedTuple):
    """Where what begins alike stands in an index; values, or parameters for them."""

    first: Any
    after: Any


def range_of(prefix: str) -> Range:
    """Return from where to where everything begins with a prefix."""
    return Range(prefix, prefix[:-1] + chr(ord(prefix[-1]) + 1))


def any_range(name: str, kind: TypeEngine[Any]) -> Range:
    """Return the parameters that stand for every range, named after its ends."""
    return Range(*(bindparam(f"{name}_{end}", type_=kind) for end in Range._fields))


def told_range(name: str, prefix: str) -> dict[str, str]:
    """Return the values of those parameters for what begins with a prefix."""
    ends = range_of(prefix)._asdict().items()
    return {f"{name}_{end}": value for end, value in ends}


def prefix_range(column: Any, prefix: str | Range) -> ColumnElement[bool]:
    """Return `column LIKE 'prefix%'` as a range, which an index serves."""
    first, after = range_of(prefix) if isinstance(prefix, str) else prefix
    inside: ColumnElement[bool] = (column >= first) & (column < after)
    return inside


def scope_criterion(
    model: type[DeclarativeBase], actor: Actor | None
) -> ColumnElement[bool] | None:
    """Return which rows of `model` the actor sees; None means every row.

    Raises TypeError for a model that does not say how it hangs on units.
    """
    branches = scope_branches(model, actor)
    return None if branches is None else or_(*branches)


def scope_branches(
    model: type[DeclarativeBase], actor: Actor | None
) -> list[ColumnElement[bool]] | None:
    """Return the scope as criteria of which one must hold; None means every row.

    Each is served by an index of its own, which their OR is not.
    """
    if not hasattr(model, "__scope__"):
        message = f"{model.__name__} has no __scope__"
        raise TypeError(message)
    if actor is None:
        return [false()]
    if actor.is_superuser or model.__scope__ == ():
        return None
    if model.__scope__ is None:
        return [false()]
    if actor.is_individual:
        return [_own_rows(model, actor)]
    if actor.department_id is not None:
        return [_department_rows(model, actor)]
    if actor.is_at_root:
        return None
    return _unit_rows(model, actor)


def scope_test(
    model: type[DeclarativeBase], actor: Actor | None
) -> ColumnElement[bool] | None:
    """Return the scope for rows that something else has found; None means every row.

    The unit of each row is looked up by its key, however many units the scope has. No
    index serves the test of a test.
    """
    branches, path = scope_branches(model, actor), units_in_scope(actor)
    if branches is None:
        return None
    if path is not None and model is not Unit:
        names: tuple[str, ...] = model.__scope__ or ()  # type: ignore[attr-defined]
        branches = [_hangs_there(model, name, path) for name in names] or branches
    return or_(*branches).is_(True)


def units_in_scope(actor: Actor | None) -> str | Range | None:
    """Return the path below which the actor sees rows, None where no path says it.

    So it is for the platform, a root, a department, a person, and for nobody.
    """
    if actor is None or actor.is_superuser or actor.is_individual:
        return None
    if actor.department_id is not None or actor.is_at_root:
        return None
    return actor.unit_path


def visible(
    statement: Select[Any], model: type[DeclarativeBase], actor: Actor | None
) -> Select[Any]:
    """Narrow a statement to the rows of `model` that the actor sees."""
    criterion = scope_criterion(model, actor)
    return statement if criterion is None else statement.where(criterion)


def _own_rows(model: Any, actor: Actor) -> ColumnElement[bool]:
    if model is Person:
        return Person.id == actor.person_id
    if hasattr(model, "person_id"):
        owned: ColumnElement[bool] = model.person_id == actor.person_id
        return owned
    return false()


def _unit_rows(model: Any, actor: Actor) -> list[ColumnElement[bool]]:
    return hanging_below(model, actor.unit_path)


def hanging_below(model: Any, path: str | Range) -> list[ColumnElement[bool]]:
    """Return which rows of `model` hang on units below a path, as `__scope__` says."""
    below = prefix_range(Unit.path, path)
    if model is Unit:
        return [below]
    units = select(Unit.id).where(below)
    return [_hangs_on(model, name, units) for name in model.__scope__]


def _hangs_on(
    model: Any,
    name: str,
    units: Select[int],
) -> ColumnElement[bool]:
    if name == "person.unit_id":
        people = select(Person.id).where(Person.unit_id.in_(units))
        through: ColumnElement[bool] = model.person_id.in_(people)
        return through
    direct: ColumnElement[bool] = getattr(model, name).in_(units)
    return direct


def _hangs_there(model: Any, name: str, path: str | Range) -> ColumnElement[bool]:
    below = prefix_range(Unit.path, path)
    if name == "person.unit_id":
        of_person = Unit.id == Person.unit_id
        there = select(true()).where(Person.id == model.person_id, of_person, below)
    else:
        there = select(true()).where(Unit.id == getattr(model, name), below)
    # PostgreSQL would collect the units for an EXISTS, as it would for an IN.
    return there.correlate(model).scalar_subquery().is_(True)


def _department_rows(model: Any, actor: Actor) -> ColumnElement[bool]:
    below = prefix_range(Department.path, actor.department_path)
    if model is Department:
        return below
    if model is Unit:
        return Unit.id == actor.unit_id
    departments = select(Department.id).where(below)
    if hasattr(model, "department_id") and model is not AdminAssignment:
        own: ColumnElement[bool] = model.department_id.in_(departments)
        return own
    if hasattr(model, "person_id"):
        people = select(Person.id).where(Person.department_id.in_(departments))
        through: ColumnElement[bool] = model.person_id.in_(people)
        return through
    return false()
