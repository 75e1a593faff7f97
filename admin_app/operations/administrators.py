"""Who administers a unit: its one chief, whom the chief puts out, passwords they reset."""

import datetime as dt
import secrets
import string
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from admin_app.enums import UnitKind
from admin_app.errors import Conflict, Forbidden, Refused
from admin_app.models import Account, AdminAssignment, Person, Role, Unit
from admin_app.operations import accounts, audit
from admin_app.operations.messages import tell
from admin_app.operations.units import lock_unit
from admin_app.permissions import Actor, permits, visible

CODE_LENGTH: Final = 10
ACTIVATION_LENGTH: Final = 8
READABLE: Final = "".join(
    sorted(set(string.ascii_letters + string.digits) - set("0O1lIo"))
)
"""Signs that nobody confuses when a code is read out."""


def hand_over(
    session: Session, *, actor: Actor, assignment: AdminAssignment, now: dt.datetime
) -> AdminAssignment:
    """Make an administrator the chief, by the present one or the superuser (U22).

    The former chief loses the unit and the sessions of both end; whoever looks sees
    exactly one chief at every moment.
    """
    unit = lock_unit(session, assignment.unit_id)
    if actor.is_superuser:
        former = chief_of(session, unit.id)
    else:
        former = _current_chief(session, actor, unit.id, "hand_over")
    successor = fresh_assignment(session, assignment.id)
    refuse_unfit(successor)
    return make_chief(session, unit=unit, successor=successor, former=former, now=now)


def refuse_unfit(successor: AdminAssignment) -> None:
    """Refuse to make somebody chief who already is, is disabled, or has a part only."""
    if successor.is_chief:
        raise Refused("该管理员已经是超级管理员。")
    if successor.is_disabled or successor.account.is_disabled:
        raise Refused("该管理员或其账号已禁用，不能设为超级管理员。")
    if successor.department_id is not None:
        raise Refused("该管理员仅限管理部门，不能设为超级管理员，请先取消部门限制。")


def make_chief(
    session: Session,
    *,
    unit: Unit,
    successor: AdminAssignment,
    former: AdminAssignment | None,
    now: dt.datetime,
) -> AdminAssignment:
    """Put the successor in the former chief's place, with the unit locked (AZ-09).

    Both and the superior's administrators are told.
    """
    former_account = former.account if former is not None else None
    role_id = (
        former.role_id if former is not None else chief_role_id(session, unit.kind)
    )
    if former is not None:
        session.delete(former)
        # The index allows one chief: the former one goes first.
        session.flush()
    successor.is_chief, successor.role_id = True, role_id
    session.flush()
    for account in filter(None, (former_account, successor.account)):
        accounts.end_sessions(session, account_id=account.id)
    audit.record(
        session,
        "hand_over",
        object_kind="unit",
        object_id=unit.id,
        before={"account_id": former_account and former_account.id},
        after={"account_id": successor.account_id, "at": now},
    )
    _tell_of_chief(session, unit, former_account, successor.account, now)
    return successor


def chief_of(session: Session, unit_id: int) -> AdminAssignment | None:
    """Return the unit's chief as they are now, with account and person."""
    return session.scalar(
        select(AdminAssignment)
        .where(AdminAssignment.unit_id == unit_id, AdminAssignment.is_chief)
        .options(joinedload(AdminAssignment.account).joinedload(Account.person))
        .execution_options(populate_existing=True)
    )


def chief_role_id(session: Session, kind: UnitKind) -> int:
    """Return the shipped role of the chief of such a unit."""
    shipped = select(Role.id).where(
        Role.is_chief, Role.unit_kind == kind, Role.unit_id.is_(None)
    )
    found = session.scalar(shipped)
    if found is None:
        raise Refused("系统未设该类单位的超级管理员角色，请联系系统管理员。")
    return found


def whole_unit_accounts(session: Session, unit_id: int | None) -> list[int]:
    """Return the accounts that administer the whole unit now."""
    return list(
        session.scalars(
            select(AdminAssignment.account_id).where(
                AdminAssignment.unit_id == unit_id,
                AdminAssignment.department_id.is_(None),
                ~AdminAssignment.is_disabled,
            )
        )
    )


def _tell_of_chief(
    session: Session,
    unit: Unit,
    former: Account | None,
    successor: Account,
    now: dt.datetime,
) -> None:
    sentences = {
        "您已成为%(unit)s的超级管理员，请以该单位管理员身份登录办理业务。": [
            successor.id
        ],
        "%(unit)s的超级管理员已变更为%(name)s，您不再管理该单位。": (
            [former.id] if former is not None else []
        ),
        "下级单位%(unit)s的超级管理员已变更为%(name)s。": whole_unit_accounts(
            session, unit.superior_id
        ),
    }
    name = successor.person.name
    for sentence, ids in sentences.items():
        tell(
            session,
            account_ids=ids,
            sentence=sentence,
            now=now,
            unit=unit.name,
            name=name,
        )


def disable_assignment(
    session: Session, *, actor: Actor, assignment: AdminAssignment
) -> None:
    """Take an administrator's right until further notice, from the next request on."""
    fresh = _lock_subordinate(session, actor, assignment, "disable")
    if fresh.is_disabled:
        raise Conflict("该管理员已禁用，请刷新后查看。")
    if not others_in_office(session, fresh):
        raise Refused("这是该单位最后一名在用的管理员，不能禁用。")
    fresh.is_disabled = True
    session.flush()


def enable_assignment(
    session: Session, *, actor: Actor, assignment: AdminAssignment
) -> None:
    """Give a disabled administrator the right back."""
    fresh = _lock_subordinate(session, actor, assignment, "disable")
    if not fresh.is_disabled:
        raise Conflict("该管理员未禁用，请刷新后查看。")
    fresh.is_disabled = False
    session.flush()


def sign_out_everywhere(
    session: Session, *, actor: Actor, assignment: AdminAssignment
) -> None:
    """End every session of an administrator of the actor's own unit (AU-07)."""
    fresh = fresh_assignment(session, assignment.id)
    if not actor.is_superuser:
        _current_chief(session, actor, fresh.unit_id, "disable")
    if fresh.account_id == actor.account_id:
        raise Refused("本人的登录请到“登录与安全”中管理。")
    if not accounts.end_sessions(session, account_id=fresh.account_id):
        raise Refused("该管理员当前没有登录，无需下线。")


def reset_password(
    session: Session,
    *,
    actor: Actor,
    account: Account,
    now: dt.datetime,
    activation: str = "",
) -> str | None:
    """Set a password that works once and for a day, and end all sessions (AU-05).

    For a professional it is the initial password and nothing is returned. For an
    administrator it is a code that is told here only, to the actor: their identity
    number is known to too many. With an `activation` code the initial password alone
    opens nothing.
    """
    held = _assignments(session, account)
    if account.is_superuser:
        raise Forbidden("系统管理员的密码不能在此重置。")
    if not actor.is_superuser:
        _refuse_reset(session, actor, account, held)
    code = one_time_code() if held else None
    accounts.reset_password(
        session,
        account=account,
        now=now,
        password=code,
        activation="" if code else activation,
    )
    return code


def activation_code() -> str:
    """Return the code that proves, beside an initial password, who was told both."""
    return "".join(secrets.choice(READABLE) for _ in range(ACTIVATION_LENGTH))


def one_time_code() -> str:
    """Return a random password that keeps the rule of composition."""
    while True:
        code = "".join(secrets.choice(READABLE) for _ in range(CODE_LENGTH))
        if not (code.isalpha() or code.isdigit()):
            return code


def _refuse_reset(
    session: Session, actor: Actor, account: Account, held: list[AdminAssignment]
) -> None:
    """Refuse a reset by which the actor would gain more than they administer."""
    if account.id == actor.account_id:
        raise Forbidden("不能重置本人的密码，请使用“修改密码”。")
    person = account.person
    in_scope = visible(select(Person.id).where(Person.id == person.id), Person, actor)
    is_ours = person.unit_id is None or session.scalar(in_scope) is not None
    if held:
        # Whoever administers elsewhere as well would be entered by our chief.
        only_here = all(row.unit_id == actor.unit_id for row in held)
        if not (_is_chief(session, actor, "reset_password") and only_here and is_ours):
            raise Forbidden(
                "只有本单位超级管理员可以重置本单位管理员的密码；"
                "该管理员还有其他单位的身份时，请联系系统管理员。"
            )
        return
    allowed = actor.is_administrator and permits(actor, "person_query:reset_password")
    if person.unit_id is None or not (allowed and is_ours):
        raise Forbidden("只能重置管辖范围内专业技术人员的密码。")


def _lock_subordinate(
    session: Session, actor: Actor, assignment: AdminAssignment, verb: str
) -> AdminAssignment:
    """Return an added administrator of the chief's own unit, with the unit locked."""
    lock_unit(session, assignment.unit_id)
    fresh = fresh_assignment(session, assignment.id)
    if not actor.is_superuser:
        _current_chief(session, actor, fresh.unit_id, verb)
    if fresh.is_chief:
        raise Refused("超级管理员不能禁用；请先设他人为超级管理员。")
    return fresh


def _current_chief(
    session: Session, actor: Actor, unit_id: int, verb: str
) -> AdminAssignment:
    """Return the actor's assignment if they are still chief of this unit."""
    if actor.unit_id != unit_id or not _is_chief(session, actor, verb):
        raise Forbidden("只有本单位的超级管理员可以办理。")
    assert actor.assignment_id is not None
    return session.get_one(AdminAssignment, actor.assignment_id)


def _is_chief(session: Session, actor: Actor, verb: str) -> bool:
    if not (actor.is_chief and permits(actor, f"unit_admins:{verb}")):
        return False
    own = session.get(AdminAssignment, actor.assignment_id, populate_existing=True)
    return own is not None and own.is_chief


def fresh_assignment(session: Session, assignment_id: int) -> AdminAssignment:
    """Return an assignment as it is now, with its account; Conflict if it is gone."""
    found = session.scalar(
        select(AdminAssignment)
        .where(AdminAssignment.id == assignment_id)
        .options(joinedload(AdminAssignment.account).joinedload(Account.person))
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise Conflict("该管理员已被移除，请刷新后查看。")
    return found


def _assignments(session: Session, account: Account) -> list[AdminAssignment]:
    statement = select(AdminAssignment).where(AdminAssignment.account_id == account.id)
    return list(session.scalars(statement))


def others_in_office(session: Session, assignment: AdminAssignment) -> bool:
    """Tell whether somebody else can act for the unit."""
    others = (
        select(AdminAssignment.id)
        .join(Account, Account.id == AdminAssignment.account_id)
        .where(
            AdminAssignment.unit_id == assignment.unit_id,
            AdminAssignment.id != assignment.id,
            ~AdminAssignment.is_disabled,
            ~Account.is_disabled,
        )
    )
    return session.scalar(others.limit(1)) is not None
