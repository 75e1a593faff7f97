"""What both ways to ask for a transfer share: what is typed, kept and sent."""

from typing import Any

from sqlalchemy.orm import Session

from admin_app.enums import Action
from admin_app.forms.transfers import TransferForm
from admin_app.models import Transfer
from admin_app.operations.transfers import Move, correct_transfer, request_transfer
from admin_app.permissions import Actor
from admin_app.web.clock import now
from admin_app.workflows import perform


def prefilled(transfer: Transfer) -> dict[str, Any]:
    """Return what a request that came back says, to be corrected."""
    return {
        "person_id": transfer.person_id,
        "region_id": transfer.to_unit.region_id,
        "unit_id": transfer.to_unit_id,
        "department_id": transfer.to_department_id,
        "reason": transfer.reason,
    }


def send(
    session: Session,
    *,
    actor: Actor,
    person_id: int,
    form: TransferForm,
    again: Transfer | None = None,
) -> Transfer:
    """Send what a valid form asks for; `again` is a request that came back."""
    unit_id = form.unit_id.data
    assert unit_id is not None
    move = Move(
        to_unit_id=unit_id,
        to_department_id=form.department_id.data,
        reason=form.reason.data or "",
    )
    if again is None:
        transfer = request_transfer(
            session, actor=actor, person_id=person_id, move=move
        )
    else:
        transfer = again
        correct_transfer(session, actor=actor, transfer=transfer, move=move)
    perform(session, actor=actor, record=transfer, action=Action.submit, now=now())
    return transfer
