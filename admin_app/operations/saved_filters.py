"""Saved filters: an account gives a way to narrow its inbox a name."""

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import bindparam, delete, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from admin_app.errors import Refused
from admin_app.models import SavedFilter
from admin_app.postgres import SAME_PLAN
from admin_app.prepared import Prepared
from admin_app.rules.texts import clean_text

MOST: Final = 20
LONGEST: Final = 30


OWN: Final = Prepared(
    select(SavedFilter.id, SavedFilter.name, SavedFilter.words)
    .where(SavedFilter.account_id == bindparam("account_id"))
    .order_by(SavedFilter.name)
    .execution_options(**SAME_PLAN)
)


def saved_filters(session: Session, *, account_id: int) -> list[Any]:
    """Return number, name and words of the account's filters, by name."""
    return OWN.rows(session, {"account_id": account_id})


def save_filter(
    session: Session, *, account_id: int, name: str, words: Mapping[str, str]
) -> SavedFilter:
    """Keep what narrows the list now under a name that the account has not given yet."""
    name = clean_text(name, field="title", max_length=LONGEST)
    if not name:
        raise Refused("请为这组筛选条件起一个名称。", field="title")
    if not words:
        raise Refused("请先设置筛选条件并查询，再保存。", field="title")
    own = SavedFilter.account_id == account_id
    count = session.scalar(select(func.count()).where(own)) or 0
    if count >= MOST:
        raise Refused("最多保存 %(most)s 组筛选条件，请先删除不用的。", most=MOST)
    row = SavedFilter(account_id=account_id, name=name, words=dict(words))
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:
        raise Refused(
            "已有名为“%(name)s”的筛选条件，请换一个名称。", field="title", name=name
        ) from None
    return row


def forget_filter(session: Session, *, account_id: int, filter_id: int) -> bool:
    """Delete one of the account's filters; tell whether it had it."""
    own = (SavedFilter.account_id == account_id) & (SavedFilter.id == filter_id)
    gone = session.execute(delete(SavedFilter).where(own).returning(SavedFilter.id))
    return gone.first() is not None
