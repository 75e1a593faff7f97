"""As what an account may act, and the actor that a session stands for."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Self

from sqlalchemy import Connection, Row, Select, bindparam, func, select
from sqlalchemy.orm import Session, aliased

from admin_app.enums import IdentityKind, Theme, UnitKind, UserType
from admin_app.models import (
    Account,
    AdminAssignment,
    Authenticator,
    ClosedModule,
    Department,
    Message,
    Person,
    Role,
    RolePermission,
    Unit,
    UserSession,
)
from admin_app.permissions import Actor
from admin_app.postgres import SAME_PLAN
from admin_app.prepared import Prepared

WINDOWS: Final = {
    UnitKind.employer: UserType.employer,
    UnitKind.base: UserType.base,
    UnitKind.hr_authority: UserType.authority,
    UnitKind.industry_authority: UserType.authority,
}
"""Through which window the administrators of a unit sign in."""


@dataclass(frozen=True, slots=True)
class Identity:
    """One of the things that an account may act as."""

    kind: IdentityKind
    assignment_id: int | None = None
    user_type: UserType = UserType.individual
    unit_name: str = ""
    department_name: str = ""
    role_name: str = ""
    role_name_en: str = ""

    def to_data(self) -> dict[str, Any]:
        """Return what a session remembers."""
        return {"kind": self.kind.name, "assignment": self.assignment_id}

    @classmethod
    def from_data(cls, data: dict[str, Any] | None) -> Self | None:
        """Return what a session remembered, without names."""
        if not data:
            return None
        return cls(IdentityKind[data["kind"]], data["assignment"])

    def is_same(self, other: "Identity | None") -> bool:
        """Tell whether both name the same identity."""
        return other is not None and (self.kind, self.assignment_id) == (
            other.kind,
            other.assignment_id,
        )

    @property
    def key(self) -> str:
        """The identity as the value of a form's button."""
        return f"{self.kind.name}-{self.assignment_id or 0}"


@dataclass(frozen=True, slots=True)
class Holder:
    """A session's row with its account and every identity the account has."""

    session_id: int
    data: bytes
    created_at: dt.datetime
    last_seen_at: dt.datetime
    expires_at: dt.datetime
    account_id: int | None
    is_disabled: bool
    must_change_password: bool
    locale: str
    theme: Theme
    is_large_type: bool
    page_size: int
    unread: int
    has_authenticator: bool
    identities: tuple[Identity, ...]
    actors: tuple[Actor, ...]

    def acting_as(self, identity: Identity | None) -> Actor | None:
        """Return the actor of one identity, or None when it does not hold (any more)."""
        if self.is_disabled or identity is None:
            return None
        pairs = zip(self.identities, self.actors, strict=True)
        return next((actor for own, actor in pairs if own.is_same(identity)), None)


_own_unit = aliased(Unit)
_own_department = aliased(Department)
_start_of_name = func.substr(
    RolePermission.permission, 1, func.length(ClosedModule.module) + 1
)
_is_closed = (
    select(ClosedModule.id)
    .where(
        ClosedModule.unit_kind == Unit.kind,
        ClosedModule.level_id.is_(None) | (ClosedModule.level_id == Unit.level_id),
        _start_of_name == ClosedModule.module + ":",
    )
    .correlate(RolePermission, Unit)
    .exists()
)
_granted = (
    select(func.aggregate_strings(RolePermission.permission, ","))
    .where(RolePermission.role_id == AdminAssignment.role_id, ~_is_closed)
    .correlate(AdminAssignment, Unit)
    .scalar_subquery()
)


UNREAD_CAP: Final = 100
"""How many unread messages are counted; more are told as 99+."""

_unread = (
    select(func.count())
    .select_from(
        select(Message.id)
        .where(Message.account_id == UserSession.account_id, Message.read_at.is_(None))
        .correlate(UserSession)
        .limit(UNREAD_CAP)
        .subquery()
    )
    .scalar_subquery()
)


def _with_identities(start: Any, *columns: Any) -> Select[Any]:
    """Return a statement with one row for each assignment of the account in `start`."""
    return (
        select(
            *columns,
            Account.id.label("account_id"),
            Account.is_superuser,
            Account.is_disabled,
            Account.must_change_password,
            Account.locale,
            Account.theme,
            Account.is_large_type,
            Account.page_size,
            Person.id.label("person_id"),
            Person.name.label("person_name"),
            Person.is_active.label("is_active_person"),
            _own_unit.id.label("own_unit_id"),
            _own_unit.name.label("own_unit_name"),
            _own_unit.path.label("own_unit_path"),
            _own_unit.kind.label("own_unit_kind"),
            _own_department.id.label("own_department_id"),
            _own_department.path.label("own_department_path"),
            AdminAssignment.id.label("assignment_id"),
            AdminAssignment.is_chief,
            Unit.id.label("unit_id"),
            Unit.name.label("unit_name"),
            Unit.path.label("unit_path"),
            Unit.kind.label("unit_kind"),
            AdminAssignment.department_id,
            Department.name.label("department_name"),
            Department.path.label("department_path"),
            Department.is_active.label("is_active_department"),
            Role.name.label("role_name"),
            Role.name_en.label("role_name_en"),
            _granted.label("permissions"),
        )
        .select_from(start)
        .outerjoin(Person, Person.id == Account.person_id)
        .outerjoin(_own_unit, _own_unit.id == Person.unit_id)
        .outerjoin(_own_department, _own_department.id == Person.department_id)
        .outerjoin(
            AdminAssignment,
            (AdminAssignment.account_id == Account.id)
            & ~AdminAssignment.is_disabled
            & select(Unit.id)
            .where(Unit.id == AdminAssignment.unit_id, Unit.is_active)
            .correlate(AdminAssignment)
            .exists(),
        )
        .outerjoin(Unit, Unit.id == AdminAssignment.unit_id)
        .outerjoin(Department, Department.id == AdminAssignment.department_id)
        .outerjoin(Role, Role.id == AdminAssignment.role_id)
        .order_by(AdminAssignment.id)
    )


_of_session = UserSession.__table__.outerjoin(
    Account.__table__, Account.id == UserSession.account_id
)
_session_columns = (
    UserSession.id.label("session_id"),
    UserSession.data,
    UserSession.created_at.label("session_created_at"),
    UserSession.last_seen_at,
    UserSession.expires_at,
    _unread.label("unread"),
    select(Authenticator.id)
    .where(Authenticator.account_id == UserSession.account_id)
    .correlate(UserSession)
    .exists()
    .label("has_authenticator"),
)


# Made while only one thread is there: an alias makes its columns on their first use,
# and threads that use it first at the same moment may get those of the other unit.
_HOLDER: Final = Prepared(
    _with_identities(_of_session, *_session_columns)
    .where(UserSession.token_hash == bindparam("secret"))
    .execution_options(**SAME_PLAN)
)
_ACCOUNT: Final = (
    _with_identities(Account)
    .where(Account.id == bindparam("account"))
    .execution_options(**SAME_PLAN)
)


def read_holder(connection: Connection, token_hash: str) -> Holder | None:
    """Return the session with everything its actor needs, in one statement."""
    rows = _HOLDER.on(connection, {"secret": token_hash})
    if not rows:
        return None
    first = rows[0]
    pairs = _pairs(rows) if first.account_id is not None else []
    return Holder(
        session_id=first.session_id,
        data=first.data,
        created_at=first.session_created_at,
        last_seen_at=first.last_seen_at,
        expires_at=first.expires_at,
        account_id=first.account_id,
        is_disabled=bool(first.is_disabled),
        must_change_password=bool(first.must_change_password),
        locale=first.locale or "",
        theme=first.theme or Theme.system,
        is_large_type=bool(first.is_large_type),
        page_size=first.page_size or 0,
        unread=first.unread,
        has_authenticator=first.has_authenticator,
        identities=tuple(identity for identity, _ in pairs),
        actors=tuple(actor for _, actor in pairs),
    )


def identities_of(session: Session, account_id: int) -> list[Identity]:
    """Return everything that the account may act as now."""
    return [identity for identity, _ in _read_pairs(session, account_id)]


def actor_of(session: Session, account_id: int, identity: Identity) -> Actor | None:
    """Return the actor of one identity, or None when the account does not have it."""
    for own, actor in _read_pairs(session, account_id):
        if own.is_same(identity):
            return actor
    return None


def _read_pairs(session: Session, account_id: int) -> list[tuple[Identity, Actor]]:
    rows = session.execute(_ACCOUNT, {"account": account_id}).all()
    return [] if not rows or rows[0].is_disabled else _pairs(rows)


def _pairs(rows: Sequence[Row[Any]]) -> list[tuple[Identity, Actor]]:
    first = rows[0]
    pairs = []
    if first.own_unit_id is not None and first.is_active_person:
        pairs.append((_individual_identity(first), _individual(first)))
    pairs += [
        (_administrator_identity(row), _administrator(row))
        for row in rows
        if row.assignment_id is not None
        and (row.department_id is None or row.is_active_department)
    ]
    if first.is_superuser:
        identity = Identity(IdentityKind.superuser, user_type=UserType.authority)
        pairs.append((identity, _superuser(first)))
    return pairs


def _individual_identity(row: Row[Any]) -> Identity:
    return Identity(IdentityKind.individual, unit_name=row.own_unit_name)


def _administrator_identity(row: Row[Any]) -> Identity:
    return Identity(
        IdentityKind.administrator,
        row.assignment_id,
        WINDOWS[row.unit_kind],
        row.unit_name,
        row.department_name or "",
        row.role_name,
        row.role_name_en,
    )


def _individual(row: Row[Any]) -> Actor:
    return Actor(
        account_id=row.account_id,
        person_id=row.person_id,
        name=row.person_name,
        kind=IdentityKind.individual,
        unit_id=row.own_unit_id,
        unit_name=row.own_unit_name,
        unit_path=row.own_unit_path,
        unit_kind=row.own_unit_kind,
        department_id=row.own_department_id,
        department_path=row.own_department_path or "",
    )


def _administrator(row: Row[Any]) -> Actor:
    return Actor(
        account_id=row.account_id,
        person_id=row.person_id,
        name=row.person_name,
        kind=IdentityKind.administrator,
        permissions=frozenset(filter(None, (row.permissions or "").split(","))),
        assignment_id=row.assignment_id,
        unit_id=row.unit_id,
        unit_name=row.unit_name,
        unit_path=row.unit_path,
        unit_kind=row.unit_kind,
        department_id=row.department_id,
        department_path=row.department_path or "",
        is_chief=row.is_chief,
    )


def _superuser(row: Row[Any]) -> Actor:
    return Actor(
        account_id=row.account_id,
        person_id=row.person_id,
        name=row.person_name,
        kind=IdentityKind.superuser,
    )
