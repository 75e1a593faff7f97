"""What the hourly job takes away, and what it leaves."""

from datetime import timedelta

from sqlalchemy import select

from admin_app import jobs
from admin_app.models import Captcha, FormToken, RateCounter, UserSession


def expiring(moment):
    """One row of each table that expires, at this moment."""
    key = f"{moment:%Y%m%d%H%M%S}"
    return [
        Captcha(id=key, answer="x", expires_at=moment),
        FormToken(token=key, expires_at=moment),
        RateCounter(key=key, count=1, expires_at=moment),
        UserSession(
            token_hash=key, created_at=moment, last_seen_at=moment, expires_at=moment
        ),
    ]


def test_sweep_takes_what_has_expired_and_leaves_the_rest(app, db_session, now):
    app.extensions["clock"] = lambda: now
    over, running = now - timedelta(seconds=1), now + timedelta(minutes=1)
    db_session.add_all([*expiring(over), *expiring(running)])
    db_session.commit()

    jobs.sweep()

    left = [
        db_session.scalars(select(model.expires_at)).all()
        for model in (Captcha, FormToken, RateCounter, UserSession)
    ]
    assert left == [[running]] * 4


def test_session_of_somebody_is_known_for_another_day(app, db_session, cast, now):
    app.extensions["clock"] = lambda: now
    account_id = cast.teacher.account.id
    ends = [now - timedelta(hours=hours) for hours in (25, 23)]
    sessions = [expiring(end)[-1] for end in ends]
    for session in sessions:
        session.account_id = account_id
    db_session.add_all(sessions)
    db_session.commit()

    jobs.sweep()

    assert db_session.scalars(select(UserSession.expires_at)).all() == ends[1:]


def test_task_of_the_queue_runs_inside_the_program(app, db_session, now):
    app.extensions["clock"] = lambda: now
    db_session.add_all(expiring(now - timedelta(days=1)))
    db_session.commit()
    queue = app.extensions["queue"]
    task = queue._registry.periodic_tasks[0]

    queue.execute(task)

    assert db_session.scalar(select(Captcha.id)) is None


def test_consumer_that_make_run_starts_is_a_command(app):
    result = app.test_cli_runner().invoke(args=["jobs", "run", "--help"])

    assert (result.exit_code, "queue" in result.output) == (0, True)
