"""The tests' own ground: new data for each test, and servers that answer."""

import os

import pytest
from sqlalchemy import func, select, text

from admin_app.models import Region

# Two tests that each would see the other's change, whichever runs first.
NEIGHBOURS = ["one", "other"]


@pytest.mark.parametrize("_neighbour", NEIGHBOURS)
def test_committed_change_of_a_test_is_gone_in_the_next(_neighbour, db_session):
    before = db_session.scalar(
        select(func.count()).select_from(Region).where(Region.name == "")
    )

    db_session.execute(text("UPDATE region SET name = ''"))
    db_session.commit()

    after = db_session.scalar(
        select(func.count()).select_from(Region).where(Region.name == "")
    )
    assert before == 0
    assert after == db_session.scalar(select(func.count()).select_from(Region)) > 0


def test_database_is_the_one_asked_for(db_session):
    name = db_session.get_bind().dialect.name

    assert name == os.environ["CE_TEST_DATABASE"]


def test_redis_is_empty_and_answers(redis_url):
    from redis import Redis  # noqa: PLC0415 - only this test needs it

    with Redis.from_url(redis_url) as connection:
        before = connection.dbsize()
        connection.set("key", "value")
        after = connection.get("key")

    assert (before, after) == (0, b"value")


def test_s3_bucket_is_empty_and_keeps_a_file(s3_storage):
    from fsspec import url_to_fs  # noqa: PLC0415 - only this test needs it

    files, root = url_to_fs(s3_storage.storage_url, **s3_storage.storage_options)
    before = files.ls(root)
    files.pipe_file(f"{root}/a/b.txt", b"content")

    assert before == []
    assert files.cat_file(f"{root}/a/b.txt") == b"content"
