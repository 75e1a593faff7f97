"""更改单位: a person asks to be moved to another unit, and follows it (P11, P12)."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload
from werkzeug.exceptions import BadRequest, NotFound

from admin_app.enums import EDITABLE, Action, RecordKind, State
from admin_app.errors import Refused
from admin_app.extensions import db
from admin_app.forms.fields import read_key
from admin_app.forms.transfers import TransferForm
from admin_app.models import Person, Transfer
from admin_app.operations.blockers import Blocker
from admin_app.operations.transfers import blockers, owns
from admin_app.operations.urges import was_urged
from admin_app.views import blocking, shown, transferring
from admin_app.views.portal import blueprint
from admin_app.views.portal.who import acting, acting_person
from admin_app.views.registration.choices import show_picked
from admin_app.views.reminding import remind
from admin_app.web.clock import now, today
from admin_app.web.identity import requires_individual
from admin_app.web.looks import page_size
from admin_app.web.once import once
from admin_app.web.refusals import show_on
from admin_app.web.transactions import reading, saving
from admin_app.workflows import open_actions, perform

PAGES: Final[Mapping[RecordKind, Callable[[int], str]]] = {
    RecordKind.declaration: lambda key: url_for(".declaration", record_id=key),
    RecordKind.person_change: lambda key: url_for(".profile_change", change_id=key),
    RecordKind.transfer: lambda key: url_for(".transfer_details", transfer_id=key),
}
"""Where a person opens what of theirs is under review."""


@blueprint.route("/transfer", methods=["GET", "POST"])
@requires_individual
@once
def transfer() -> ResponseReturnValue:
    """Show the request under way, or the form for one, and the earlier ones."""
    again = _came_back(acting_person())
    is_sent = request.method == "POST"
    form = TransferForm(
        request.form if is_sent else None,
        data=transferring.prefilled(again) if again else None,
    )
    if not is_sent:
        return _page(form)
    # Without scripts the picker's button sends the form: it is no request yet.
    if "_pick" in request.form or not form.validate():
        return _page(form, status=422)
    actor = acting()
    try:
        with saving() as session:
            transferring.send(
                session,
                actor=actor,
                person_id=actor.person_id,
                form=form,
                again=again,
            )
    except Refused as refused:
        show_on(form, refused)
        return _page(form, told=blocking.told(refused.values, _address), status=422)
    flash(_("已提交，等待新单位确认"), "success")
    return redirect(url_for(".transfer"), 303)


@blueprint.get("/transfer/<int:transfer_id>")
@requires_individual
def transfer_details(transfer_id: int) -> ResponseReturnValue:
    """Show one request: from where to where, who must confirm, every step."""
    record = _own(transfer_id)
    return render_template(
        "portal/transfer/details.html",
        transfer=record,
        waiting=_waiting(record),
        steps=shown.told_steps(record),
    )


@blueprint.post("/transfer/<int:transfer_id>/withdraw")
@requires_individual
@once
def withdraw_transfer(transfer_id: int) -> ResponseReturnValue:
    """Take a request back that the new unit has not decided yet (P11)."""
    with saving() as session:
        perform(
            session,
            actor=acting(),
            record=_own(transfer_id),
            action=Action.withdraw,
            now=now(),
        )
    flash(_("已撤回，您仍是原单位人员。"), "success")
    return redirect(url_for(".transfer"), 303)


@blueprint.post("/transfer/<int:transfer_id>/urge")
@requires_individual
def urge_transfer(transfer_id: int) -> ResponseReturnValue:
    """Remind the new unit, once a day (X06)."""
    back = url_for(".transfer_details", transfer_id=transfer_id)
    return remind(_own(transfer_id), back=back)


def _page(
    form: TransferForm,
    *,
    told: list[blocking.Group] | None = None,
    status: int = 200,
) -> ResponseReturnValue:
    person = acting_person()
    rows, next_url = _history(person)
    current = _latest(person, State.pending)
    with reading() as session:
        show_picked(form, session)
    body = render_template(
        "portal/transfer/index.html",
        person=person,
        form=form,
        current=current,
        waiting=_waiting(current) if current else None,
        came_back=_came_back(person),
        blocking=told or ([] if current else _in_the_way(person)),
        rows=rows,
        page={
            "previous_url": url_for(".transfer") if "before" in request.args else "",
            "next_url": next_url,
        },
    )
    return body, status


def _in_the_way(person: Person) -> list[blocking.Group]:
    """Return what the person has under review, to be read before anything is typed."""
    found = blockers(db.session(), person_id=person.id)
    return blocking.told({"blockers": found}, _address)


def _history(person: Person) -> tuple[list[Transfer], str]:
    """Return a page of the person's requests, and the address of the next one."""
    limit = page_size()
    statement = (
        select(Transfer)
        .where(Transfer.person_id == person.id)
        .options(joinedload(Transfer.from_unit), joinedload(Transfer.to_unit))
        .order_by(Transfer.id.desc())
        .limit(limit + 1)
    )
    if before := request.args.get("before", ""):
        key = read_key(before)
        if key is None:
            raise BadRequest
        statement = statement.where(Transfer.id < key)
    found = list(db.session.scalars(statement))
    rows = found[:limit]
    has_more = len(found) > limit
    return rows, url_for(".transfer", before=rows[-1].id) if has_more else ""


def _latest(person: Person, *states: State) -> Transfer | None:
    return db.session.scalar(
        select(Transfer)
        .where(Transfer.person_id == person.id, Transfer.state.in_(states))
        .options(
            joinedload(Transfer.to_unit),
            joinedload(Transfer.to_department),
            joinedload(Transfer.decider),
        )
        .order_by(Transfer.id.desc())
        .limit(1)
    )


def _came_back(person: Person) -> Transfer | None:
    """Return the person's last request if it lies with them, to be sent again."""
    latest = _latest(person, *State)
    if latest is None or latest.state not in EDITABLE:
        return None
    is_home = latest.from_unit_id == person.unit_id
    return latest if is_home and owns(acting(), latest) else None


def _waiting(record: Transfer) -> dict[str, Any] | None:
    """Return who must confirm and what the person may do meanwhile."""
    told = shown.waiting_at(record, record.decider)
    if told is None:
        return None
    urged = was_urged(
        db.session(), kind=RecordKind.transfer, record_id=record.id, today=today()
    )
    may_withdraw = Action.withdraw in open_actions(acting(), record)
    return {**told, "urged": urged, "may_withdraw": may_withdraw}


def _own(transfer_id: int) -> Transfer:
    """Return a request about the person themself, or answer 404."""
    record = db.session.get(Transfer, transfer_id)
    if record is None or record.person_id != acting().person_id:
        raise NotFound
    return record


def _address(blocker: Blocker) -> str:
    page = PAGES.get(blocker.kind)
    return page(blocker.record_id) if page else ""
