"""What happens to accounts: entering, passwords, the end of sessions."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import bindparam, delete, select, update
from sqlalchemy.orm import Session, contains_eager

from admin_app.dialects import table_of
from admin_app.enums import IdentityKind, RecordKind, State, UnitKind, UserType
from admin_app.errors import Conflict, Refused
from admin_app.models import (
    Account,
    PasswordHistory,
    Person,
    PersonRegistration,
    Unit,
    UnitRegistration,
    UserSession,
)
from admin_app.operations import audit
from admin_app.operations.identities import WINDOWS, Identity, identities_of
from admin_app.operations.passwords import hash_password, is_outdated, matches
from admin_app.postgres import SAME_PLAN
from admin_app.rules.passwords import (
    PASSWORD_HISTORY,
    initial_password,
    refuse_weak_password,
)

INITIAL_PASSWORD_LIFETIME: Final = dt.timedelta(hours=24)
WRONG: Final = "账号或密码错误"
DISABLED: Final = "账号已禁用"
NOT_REVIEWED: Final = "此账号还未被审核"
NO_ROLE: Final = "没有为该账号分配角色"
NOT_APPROVED: Final = "注册审核未通过。请到“注册审核进度查询”查看原因，修改后重新提交。"
WITHDRAWN: Final = "注册申请已撤回。请到“注册审核进度查询”修改后重新提交。"
INITIAL_OVER: Final = "初始密码已使用或已过期，请联系单位管理员重新重置密码。"


@dataclass(frozen=True, slots=True)
class Waiting:
    """An undecided registration: which one, and who decides (U13)."""

    kind: RecordKind
    record_id: int
    unit_id: int | None
    unit_name: str
    unit_phone: str


@dataclass(frozen=True, slots=True)
class Entry:
    """How an attempt to sign in ended; without a `sentence` it succeeded.

    `identities` are those of the chosen window, or after a refusal for lack of them
    the ones that the person has elsewhere (P08).
    """

    account: Account | None = None
    sentence: str = ""
    identities: tuple[Identity, ...] = ()
    waiting: Waiting | None = None


def find_account(session: Session, id_number: str) -> Account | None:
    """Return the account of this identity number, with its person."""
    # Not a parameter: the number is looked for as each held key has written it.
    return session.scalar(_WITH_PERSON.where(Person.id_number == id_number))


_WITH_PERSON: Final = (
    select(Account)
    .join(Account.person)
    .options(contains_eager(Account.person))
    .execution_options(**SAME_PLAN)
)


def verify_password(account: Account | None, password: str) -> bool:
    """Tell whether the password is the account's, in equal time without an account."""
    return matches(account.password_hash if account else None, password)


def decide_entry(
    session: Session, *, account: Account, user_type: UserType, now: dt.datetime
) -> Entry:
    """Return how somebody who knows the password enters by this window."""
    if account.is_disabled:
        return Entry(account, DISABLED)
    until = account.initial_password_until
    if account.must_change_password and until is not None and until <= now:
        return Entry(account, INITIAL_OVER)
    everything = identities_of(session, account.id)
    here = tuple(each for each in everything if each.user_type is user_type)
    if here:
        return Entry(account, identities=here)
    registration = _latest_registration(session, account.person_id, user_type)
    if registration is None or registration.state not in NOT_ADMITTED:
        return Entry(account, NO_ROLE, tuple(everything))
    is_pending = registration.state is State.pending
    return Entry(
        account,
        NOT_ADMITTED[registration.state],
        tuple(everything),
        _waiting(session, registration) if is_pending else None,
    )


NOT_ADMITTED: Final = {
    State.pending: NOT_REVIEWED,
    State.rejected: NOT_APPROVED,
    State.withdrawn: WITHDRAWN,
}
"""Why somebody does not enter whose registration stands like this."""


def note_entry(
    session: Session, *, account: Account, identity: IdentityKind, now: dt.datetime
) -> None:
    """Write down that somebody entered; an initial password is spent by it (AU-05)."""
    session.execute(_ENTERING, {"entered": account.id, "last_login_at": now})
    if account.must_change_password and account.initial_password_until is not None:
        session.get_one(Account, account.id).initial_password_until = now
    audit.record(
        session,
        "sign_in",
        object_kind="account",
        object_id=account.id,
        account_id=account.id,
        actor_name=account.person.name,
        identity=identity,
    )


_ENTERING: Final = update(table_of(Account)).where(Account.id == bindparam("entered"))


def renew_hash(session: Session, *, account: Account, password: str) -> None:
    """Hash the password again where the cost has changed since."""
    if is_outdated(account.password_hash):
        session.execute(
            update(Account)
            .where(
                Account.id == account.id, Account.password_hash == account.password_hash
            )
            .values(password_hash=hash_password(password))
        )


@dataclass(frozen=True, slots=True)
class NewPassword:
    """A password that was found acceptable, already hashed."""

    account_id: int
    old_hash: str
    new_hash: str


def accept_new_password(
    session: Session, *, account: Account, old: str, new: str, activation: str = ""
) -> NewPassword:
    """Return the new password's hash, or refuse it (AU-04, U18, P15).

    Only reads: the slow hashing is done before anything is written.
    """
    if not verify_password(account, old):
        raise Refused("原密码错误，密码未修改。", field="old_password")
    if account.activation_hash and not matches(account.activation_hash, activation):
        raise Refused(
            "激活码错误，密码未修改。激活码由为您重置密码的管理员告知。",
            field="activation",
        )
    return accept_recovered_password(session, account=account, new=new)


def accept_recovered_password(
    session: Session, *, account: Account, new: str
) -> NewPassword:
    """Return the hash of a password that comes without the old one (AU-04, AU-09)."""
    person = account.person
    refuse_weak_password(
        new,
        id_number=person.id_number,
        name=person.name,
        mobile=person.mobile,
        field="new_password",
    )
    for past in _past_hashes(session, account):
        if matches(past, new):
            raise Refused(
                "新密码不能与最近 %(count)s 次使用过的密码相同，请换一个密码。",
                field="new_password",
                count=PASSWORD_HISTORY,
            )
    return NewPassword(account.id, account.password_hash, hash_password(new))


def recover_password(session: Session, *, new: NewPassword, now: dt.datetime) -> None:
    """Put a password in force whose owner showed a code; every session ends (P26)."""
    change_password(session, new=new, now=now)
    audit.record(
        session, "recover_password", object_kind="account", object_id=new.account_id
    )
    end_sessions(session, account_id=new.account_id)


def change_password(session: Session, *, new: NewPassword, now: dt.datetime) -> None:
    """Put the new password in force, unless it was changed meanwhile."""
    changed = session.execute(
        update(Account)
        .where(
            Account.id == new.account_id,
            Account.password_hash == new.old_hash,
        )
        .values(
            password_hash=new.new_hash,
            must_change_password=False,
            initial_password_until=None,
            activation_hash=None,
            updated_at=now,
        )
        .returning(Account.id)
    ).all()
    if not changed:
        raise Conflict("密码刚刚已被修改，请重新登录后再试。")
    session.add(
        PasswordHistory(account_id=new.account_id, password_hash=new.old_hash, at=now)
    )
    audit.record(
        session, "change_password", object_kind="account", object_id=new.account_id
    )


def reset_password(
    session: Session,
    *,
    account: Account,
    now: dt.datetime,
    password: str | None = None,
    activation: str = "",
) -> None:
    """Set the initial password (last six of the identity number) and end all sessions.

    Another `password` may take its place. It works once and for a day; scope and right
    are asked for by `administrators.reset_password`.
    """
    session.add(
        PasswordHistory(
            account_id=account.id, password_hash=account.password_hash, at=now
        )
    )
    account.password_hash = hash_password(
        password or initial_password(account.person.id_number)
    )
    account.must_change_password = True
    account.activation_hash = hash_password(activation) if activation else None
    account.initial_password_until = now + INITIAL_PASSWORD_LIFETIME
    end_sessions(session, account_id=account.id)
    audit.record(session, "reset_password", object_kind="account", object_id=account.id)


def end_sessions(
    session: Session, *, account_id: int, except_id: int | None = None
) -> int:
    """End the account's sessions, but for the one named; return how many."""
    statement = delete(UserSession).where(UserSession.account_id == account_id)
    if except_id is not None:
        statement = statement.where(UserSession.id != except_id)
    ended = len(session.execute(statement.returning(UserSession.id)).all())
    if ended:
        audit.record(
            session,
            "end_sessions",
            object_kind="account",
            object_id=account_id,
            after={"count": ended},
        )
    return ended


def _past_hashes(session: Session, account: Account) -> Sequence[str]:
    older = session.scalars(
        select(PasswordHistory.password_hash)
        .where(PasswordHistory.account_id == account.id)
        .order_by(PasswordHistory.at.desc(), PasswordHistory.id.desc())
        .limit(PASSWORD_HISTORY - 1)
    )
    return [account.password_hash, *older]


def _latest_registration(
    session: Session, person_id: int, user_type: UserType
) -> PersonRegistration | UnitRegistration | None:
    if user_type is UserType.individual:
        return session.scalar(
            select(PersonRegistration)
            .where(PersonRegistration.person_id == person_id)
            .order_by(PersonRegistration.id.desc())
            .limit(1)
        )
    kinds: list[UnitKind] = [kind for kind, by in WINDOWS.items() if by is user_type]
    return session.scalar(
        select(UnitRegistration)
        .where(
            UnitRegistration.applicant_id == person_id,
            UnitRegistration.kind.in_(kinds),
        )
        .order_by(UnitRegistration.id.desc())
        .limit(1)
    )


def _waiting(
    session: Session, registration: PersonRegistration | UnitRegistration
) -> Waiting:
    unit = session.get(Unit, registration.decider_id)
    is_person = isinstance(registration, PersonRegistration)
    return Waiting(
        kind=(
            RecordKind.person_registration
            if is_person
            else RecordKind.unit_registration
        ),
        record_id=registration.id,
        unit_id=registration.decider_id,
        unit_name=unit.name if unit else "",
        unit_phone=unit.phone if unit else "",
    )
