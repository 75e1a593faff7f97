"""Who guesses is held up, over all processes and restarts (AU-02)."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import select

from admin_app.models import RateCounter
from admin_app.web import limits
from admin_app.web.errors import TooMany
from tests import factories as make
from tests.browsing import Browser

MINUTE = timedelta(minutes=1)


def attempt(client, person, *, password="wrong-1234", **more):
    data = {"id_number": person.id_number, "password": password}
    return client.post("/sign-in/individual", data=data, **more)


def enters(client, person):
    return attempt(client, person, password=make.PASSWORD).status_code == 303


@pytest.mark.requirement("AU-02")
def test_fifth_failure_locks_for_a_quarter_of_an_hour(client, cast, clock):
    for _ in range(5):
        attempt(client, cast.teacher)
    locked = enters(client, cast.teacher)
    clock.tick(timedelta(minutes=14))
    still = enters(client, cast.teacher)
    clock.tick(timedelta(minutes=2))

    after = enters(client, cast.teacher)

    assert [locked, still, after] == [False, False, True]


@pytest.mark.requirement("AU-02")
def test_second_lock_is_twice_as_long(client, cast, clock):
    for _ in range(5):
        attempt(client, cast.teacher)
    clock.tick(timedelta(minutes=16))
    for _ in range(5):
        attempt(client, cast.teacher)

    clock.tick(timedelta(minutes=16))
    after_16 = enters(client, cast.teacher)
    clock.tick(timedelta(minutes=15))
    after_31 = enters(client, cast.teacher)

    assert [after_16, after_31] == [False, True]


@pytest.mark.requirement("AU-02")
def test_success_forgets_the_failures(client, cast):
    for _ in range(4):
        attempt(client, cast.teacher)
    first = enters(client, cast.teacher)
    client.post("/sign-out")
    for _ in range(4):
        attempt(client, cast.teacher)

    assert [first, enters(client, cast.teacher)] == [True, True]


@pytest.mark.requirement("AU-02")
def test_lock_of_one_account_spares_others(client, cast):
    for _ in range(6):
        attempt(client, cast.teacher)

    assert enters(client, cast.colleague)


@pytest.mark.requirement("AU-02")
def test_two_programs_count_together(make_app, cast):
    apps = [make_app(), make_app()]
    clients = [Browser(app, app.response_class) for app in apps]
    for number in range(5):
        attempt(clients[number % 2], cast.teacher)

    fresh = make_app()
    locked = [
        enters(Browser(app, app.response_class), cast.teacher) for app in (*apps, fresh)
    ]

    assert locked == [False, False, False]


@pytest.mark.requirement("AU-02")
def test_address_is_held_up_after_thirty_failures(client, cast, db_session, clock):
    people = [make.person(db_session) for _ in range(31)]
    db_session.commit()

    codes = [attempt(client, person).status_code for person in people]
    forged = attempt(client, cast.teacher, headers={"X-Forwarded-For": "10.9.8.7"})
    clock.tick(timedelta(minutes=6))

    assert codes == [400] * 30 + [429]
    assert forged.status_code == 429
    assert enters(client, cast.teacher)


@pytest.mark.requirement("AU-02")
def test_successes_do_not_hold_up_an_address(app, cast):
    codes = []
    for _ in range(32):
        client = Browser(app, app.response_class)
        codes.append(enters(client, cast.teacher))

    assert codes == [True] * 32


@pytest.mark.requirement("AU-02")
def test_counter_does_not_name_the_person(client, cast, db_session):
    attempt(client, cast.teacher)

    keys = db_session.scalars(select(RateCounter.key)).all()

    assert len(keys) == 3
    assert cast.teacher.id_number not in "".join(keys)


@pytest.mark.requirement("AU-02")
def test_parallel_counts_are_all_counted(app):
    counts = []
    gate = threading.Barrier(8)

    def count():
        with app.app_context():
            gate.wait()
            counts.append(limits.count_one("test", "x", MINUTE)[0])

    threads = [threading.Thread(target=count) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(counts) == [1, 2, 3, 4, 5, 6, 7, 8]


@pytest.mark.parametrize("where", ["database", "redis", "redis that is away"])
def test_count_starts_again_after_its_window(make_app, request, clock, where):
    url = {
        "database": lambda: None,
        "redis": lambda: request.getfixturevalue("redis_url"),
        "redis that is away": lambda: "redis://127.0.0.1:9/0",
    }[where]()
    app = make_app(redis_url=url)

    with app.app_context():
        for _ in range(2):
            limits.hit("test", "x", 2, MINUTE)
        with pytest.raises(TooMany) as refused:
            limits.hit("test", "x", 2, MINUTE)
        limits.hit("test", "y", 2, MINUTE)
        limits.clear(("test", "x"))
        limits.hit("test", "x", 2, MINUTE)

    assert 0 < refused.value.retry_after <= 60
