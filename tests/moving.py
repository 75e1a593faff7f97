"""A step of a record's way, as a member of the cast takes it."""

from admin_app.operations.history import history
from admin_app.workflows import KINDS, perform
from tests.cast import actor


def move(session, who, record, action, **options):
    """Perform an action on a record and return its event."""
    perform(session, actor=actor(session, who), record=record, action=action, **options)
    return history(session, KINDS[type(record)], record.id)[-1]
