"""What reads, sorts or repeats too much is found; what an index serves is not."""

import pytest
from sqlalchemy import text

from admin_app.extensions import db
from bench.plans import Asked, judging, list_pages

BY_KEY = "SELECT id FROM workflow_event ORDER BY id DESC LIMIT 20"
READ_WITH_IT = (
    "SELECT workflow_event.id, page.id FROM ({page}) AS page JOIN workflow_event"
    " ON workflow_event.id = page.id ORDER BY page.id"
)
JUNE = "submitted_at_from=2023-06-01&submitted_at_until=2023-06-30"
PLANTED = {
    "sqlite": {
        "SELECT id FROM workflow_event ORDER BY comment LIMIT 20": (
            "reads and sorts all of workflow_event"
        ),
        READ_WITH_IT.format(page=BY_KEY.replace("BY id", "BY comment")): (
            "reads and sorts all of workflow_event"
        ),
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n"
        " WHERE i < 400000) SELECT count(*) FROM n": (
            "million steps (by an index, or in a loop)"
        ),
    },
    "postgresql": {
        "SELECT i FROM generate_series(1, 20000) AS n(i) ORDER BY -i": (
            "sorts 20000 rows"
        ),
        "SELECT count(*) FROM generate_series(1, 20000) AS n(i)"
        " CROSS JOIN LATERAL (SELECT i LIMIT 1) AS one": "loops 20000 times",
    },
}


@pytest.fixture
def judge(app):
    with app.app_context():
        url = db.engine.url.render_as_string(hide_password=False)
    with judging(url) as judge:
        yield lambda statement, values=(), **how: judge(
            Asked("/", statement, values, **how)
        )


def test_planted_statements_are_found_and_a_walk_by_the_key_is_not(judge, db_session):
    planted = PLANTED[db_session.get_bind().dialect.name]

    found = {statement: " ".join(judge(statement)) for statement in planted}

    for statement, fault in planted.items():
        assert found[statement].endswith(fault)
    assert judge(BY_KEY) == []
    assert judge(READ_WITH_IT.format(page=BY_KEY)) == []


def test_a_whole_table_may_be_read_only_where_an_index_would_serve_as_well(
    judge, db_session
):
    if db_session.get_bind().dialect.name != "postgresql":
        pytest.skip("SQLite is judged by its steps")
    numbers = "SELECT i, -i AS j FROM generate_series(1, 20000) AS n(i)"
    db_session.execute(text(f"CREATE TABLE planted AS {numbers}"))
    db_session.execute(text("CREATE INDEX ix_planted ON planted (i)"))
    partial = "CREATE INDEX ix_rare ON planted (i) WHERE j = -1"
    db_session.execute(text(partial))
    db_session.execute(text("ANALYZE planted"))
    db_session.commit()

    # An index of some rows serves a value, but no plan that is made for all of them.
    rare = ("SELECT i FROM planted WHERE j = %(j)s", {"j": -1})
    once, kept = judge(*rare), judge(*rare, is_kept=True)
    served = judge("SELECT j FROM planted WHERE i < 9000")
    bare = judge("SELECT i FROM planted WHERE j = 1")

    db_session.execute(text("DROP TABLE planted"))
    db_session.commit()
    assert served == []
    assert bare == ["reads all of planted: 20000 rows"]
    assert once == []
    assert kept == ["reads all of planted: 20000 rows (kept plan)"]


def test_each_tab_sort_filter_and_look_up_is_asked_for(app):
    pages = set(list_pages(app, {}))

    assert {
        "/admin/approve-hours/?tab=pending&sort=-id",
        f"/admin/declarations/?tab=approved&{JUNE}",
        "/admin/declarations/?tab=pending&source=base",
        "/admin/person-query/?search=%E7%8E%8B%E4%BC%9F",
        "/admin/person-query/ajax/lookup/?name=unit&q=%E7%8E%8B",
    } <= pages
