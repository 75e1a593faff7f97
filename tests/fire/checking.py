"""Rounds of checks after the approval: hours are taken back while others act on them."""

from datetime import date
from decimal import Decimal

from admin_app.columns import utc_now
from admin_app.enums import Action, AttachmentPurpose, RecordKind
from admin_app.errors import Refused
from admin_app.models import Attachment, Person
from admin_app.operations.certificates import issue_certificate
from admin_app.operations.hours_checks import Finding
from admin_app.workflows import check_hours, perform_many
from tests import factories as make
from tests.cast import actor, identity
from tests.fire.crew import Task
from tests.fire.rounds import Round
from tests.fire.staging import deciders, teachers, waiting_declarations

REVOKED_FIRST = {("done", "done"), ("done", "refused")}
"""The first act is always served, the second only where it comes in time."""


def check(session, *, actor, record_id, action):
    """Take the hours of one declaration back, or give them back, or be refused."""
    proof = Attachment(
        key=f"{action.name}-{actor.account_id}-{record_id}",
        purpose=AttachmentPurpose.check_evidence,
        file_name="核查.jpg",
        media_type="image/jpeg",
        size=1,
        sha256="",
    )
    result = check_hours(
        session,
        actor=actor,
        action=action,
        ids={record_id: None},
        finding=Finding(reason="不符", evidence=[proof]),
        now=utc_now(),
    )
    for refused in result.refused.values():
        raise Refused(refused.sentence)


def print_certificate(session, *, actor, person_id):
    """Ask for the certificate of the year, as its person."""
    issue_certificate(
        session,
        person=session.get_one(Person, person_id),
        year=2025,
        actor=actor,
        now=utc_now(),
        today=date(2025, 11, 18),
    )


def credited(session, cast, number, *, hours=60):
    """So many people, each with one approved declaration that completes the year."""
    people = teachers(session, cast.school, number)
    records = waiting_declarations(session, people, cast.city, number, step=1)
    for person, record in zip(people, records, strict=True):
        make.public_hours(session, person, 30)
        record.claimed = record.computed = Decimal(hours)
    perform_many(
        session,
        actor=actor(session, cast.city_chief),
        kind=RecordKind.declaration,
        ids=[record.id for record in records],
        action=Action.approve,
        now=utc_now(),
    )
    session.commit()
    return records


def revocation(who, record, action=Action.revoke):
    return Task(check, who, {"record_id": record.id, "action": action})


def revocation_against_revocation(session, cast, number):
    """revoke ∥ revoke by two administrators of the authority."""
    one, other = deciders(session, cast.city, 2)
    for record in credited(session, cast, number):
        yield Round((revocation(one, record), revocation(other, record)), record.id)


def restoration_against_revocation(session, cast, number):
    """restore ∥ revoke of what was taken back: the second may come too early."""
    one, other = deciders(session, cast.city, 2)
    for record in credited(session, cast, number):
        chief = actor(session, cast.city_chief)
        check(session, actor=chief, record_id=record.id, action=Action.revoke)
        restore = revocation(one, record, Action.restore)
        yield Round((restore, revocation(other, record)), record.id)


def revocation_against_printing(session, cast, number):
    """revoke ∥ print: no certificate outlives the hours it stands on."""
    for record in credited(session, cast, number):
        printing = Task(
            print_certificate, identity(record.person), {"person_id": record.person_id}
        )
        revoke = revocation(identity(cast.city_chief), record)
        yield Round((revoke, printing), record.id)
