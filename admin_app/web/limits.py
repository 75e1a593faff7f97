"""How often something may happen, counted for all processes together (AU-02).

Counters live in the database, or in Redis where one is set; when Redis is away the
database counts on.
"""

import datetime as dt
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Final

import structlog
from flask import current_app
from redis import Redis
from redis.exceptions import RedisError
from sqlalchemy import Connection, bindparam, case, delete, update
from sqlalchemy.orm import Session

from admin_app.dialects import on_each, table_of
from admin_app.models import RateCounter
from admin_app.web.clock import now
from admin_app.web.errors import TooMany
from admin_app.web.tokens import keyed
from admin_app.web.transactions import apart
from config.settings import Settings

REDIS_PATIENCE: Final = 0.5
Counter = tuple[str, str]
"""A bucket and what is counted in it."""

logger = structlog.get_logger("limits")


def hit(bucket: str, key: str, limit: int, window: dt.timedelta) -> None:
    """Count one more and raise `TooMany` when that is more than `limit` in `window`.

    Comes before the request's own statements: it commits by itself.
    """
    count, left = count_one(bucket, key, window)
    if count > limit:
        raise TooMany(left)


def count_one(bucket: str, key: str, window: dt.timedelta) -> tuple[int, int]:
    """Count one more; return the count and the seconds until it starts again."""
    name = _name(bucket, key)
    if (store := _redis()) is not None:
        try:
            return _count_in_redis(store, name, window)
        except RedisError as error:
            logger.warning("redis not available", kind=type(error).__name__)
    with apart() as connection:
        return _count_in_database(connection, name, window)


def give_back(*counters: Counter) -> None:
    """Take one count of each back: it was no failure."""
    settle(given_back=counters)


def clear(*counters: Counter) -> None:
    """Forget what was counted by each."""
    settle(cleared=counters)


def settle(
    *, cleared: Sequence[Counter] = (), given_back: Sequence[Counter] = ()
) -> None:
    """Forget what was counted by some, and take one back of the others, at once.

    Counters of many come last, so that everybody waits for them the least.
    """
    forgotten = [_name(*counter) for counter in cleared]
    lowered = [_name(*counter) for counter in given_back]
    if (store := _redis()) is not None:
        try:
            if forgotten:
                store.delete(*forgotten)
            for name in lowered:
                store.eval(GIVE_BACK, 1, name)
        except RedisError as error:
            logger.warning("redis not available", kind=type(error).__name__)
        else:
            lowered = []
    if not forgotten and not lowered:
        return
    with apart() as connection:
        for statement, names in ((_CLEARING, forgotten), (_GIVING_BACK, lowered)):
            for name in names:
                connection.execute(statement, {"name": name})


def extend(bucket: str, key: str, window: dt.timedelta) -> None:
    """Let the count stand for `window` from now on."""
    name = _name(bucket, key)
    if (store := _redis()) is not None:
        try:
            store.expire(name, window)
        except RedisError as error:
            logger.warning("redis not available", kind=type(error).__name__)
        else:
            return
    with apart() as connection:
        connection.execute(
            update(TABLE).where(_OWN).values(expires_at=now() + window), {"name": name}
        )


def forget(session: Session, bucket: str, key: str) -> None:
    """Forget the count within the caller's transaction."""
    name = _name(bucket, key)
    if (store := _redis()) is not None:
        try:
            store.delete(name)
        except RedisError as error:
            logger.warning("redis not available", kind=type(error).__name__)
    session.execute(_CLEARING, {"name": name})


GIVE_BACK: Final = (
    "if tonumber(redis.call('get', KEYS[1]) or '0') > 0"
    " then return redis.call('decr', KEYS[1]) end"
)


def _name(bucket: str, key: str) -> str:
    # The key may be an identity number or an address; nobody reads it from a counter.
    return f"{bucket}:{keyed('limits', key)}"


def ask_redis() -> None:
    """Do nothing where Redis answers or none is set; RedisError where it does not."""
    store = _redis()
    if store is not None:
        store.ping()


def _redis() -> "Redis | None":
    settings: Settings = current_app.extensions["settings"]
    return _connect(settings.redis_url) if settings.redis_url else None


@lru_cache(maxsize=4)
def _connect(url: str) -> Redis:
    return Redis.from_url(
        url, socket_timeout=REDIS_PATIENCE, socket_connect_timeout=REDIS_PATIENCE
    )


def _count_in_redis(store: Redis, name: str, window: dt.timedelta) -> tuple[int, int]:
    with store.pipeline(transaction=True) as steps:
        steps.incr(name)
        steps.expire(name, window, nx=True)
        steps.ttl(name)
        count, _, left = steps.execute()
    return int(count), max(int(left), 1)


# What every attempt to sign in runs is made once: making it takes longer than running it.
TABLE: Final = table_of(RateCounter)
_OWN: Final = TABLE.c.key == bindparam("name")
_CLEARING: Final = delete(TABLE).where(_OWN)
_GIVING_BACK: Final = (
    update(TABLE).where(_OWN, TABLE.c.count > 0).values(count=TABLE.c.count - 1)
)


def _counting(insert: Any) -> Any:
    moment = bindparam("moment", type_=TABLE.c.expires_at.type)
    until = bindparam("until", type_=TABLE.c.expires_at.type)
    is_over = TABLE.c.expires_at <= moment
    first = insert.values(key=bindparam("name"), count=1, expires_at=until)
    return first.on_conflict_do_update(
        index_elements=[TABLE.c.key],
        set_={
            "count": case((is_over, 1), else_=TABLE.c.count + 1),
            "expires_at": case((is_over, until), else_=TABLE.c.expires_at),
        },
    ).returning(TABLE.c.count, TABLE.c.expires_at)


_COUNTING: Final = on_each(_counting, RateCounter)


def _count_in_database(
    connection: Connection, name: str, window: dt.timedelta
) -> tuple[int, int]:
    moment = now()
    about = {"name": name, "moment": moment, "until": moment + window}
    statement = _COUNTING[connection.dialect.name]
    count, expires_at = connection.execute(statement, about).one()
    return count, max(int((expires_at - moment).total_seconds()), 1)
