"""注册审核进度查询: state, reviewer and steps; withdraw, urge (P06, AU-10)."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from flask import flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.exceptions import NotFound

from admin_app.enums import Action, RecordKind, State
from admin_app.errors import Refused
from admin_app.extensions import db
from admin_app.forms.registration import ProgressForm
from admin_app.models import Account, UnitRegistration
from admin_app.operations.accounts import WRONG
from admin_app.operations.applicants import applicant_actor, registrations_of
from admin_app.operations.history import history
from admin_app.operations.urges import was_urged
from admin_app.permissions import Actor
from admin_app.rules.texts import name_skeleton
from admin_app.views.registration import applicant, blueprint
from admin_app.views.registration.results import MODELS
from admin_app.views.shown import told_moment
from admin_app.views.tones import act_tone
from admin_app.web import captcha, sessions
from admin_app.web.clock import now, today
from admin_app.web.once import once
from admin_app.web.refusals import show_on
from admin_app.web.transactions import saving
from admin_app.workflows import open_actions, perform, remind

GRANT: Final = "progress"
GRANTED_FOR: Final = dt.timedelta(minutes=15)
KINDS: Final = {
    "person": RecordKind.person_registration,
    "unit": RecordKind.unit_registration,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One line of the way that a registration took."""

    unit_name: str
    label: str
    color: str
    at: str
    opinion: str
    is_current: bool = False
    by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """What an applicant reads of one registration."""

    record: Any
    title: str
    steps: Sequence[Step]
    since: str
    was_urged: bool
    urge_url: str
    withdraw_url: str
    correct_url: str


@blueprint.route("/progress", methods=["GET", "POST"])
def progress() -> ResponseReturnValue:
    """Ask for name, number and password, then show every registration of the person."""
    account = granted_account()
    if account is not None:
        return _overview(account)
    form = ProgressForm(
        request.form if request.method == "POST" else None,
        with_captcha=captcha.is_on(),
    )
    if request.method == "GET":
        return _page(form)
    if not applicant.is_let_through(form):
        return _page(form, 400)
    try:
        found = _person_asking(form)
    except Refused as refused:
        show_on(form, refused)
        return _page(form, 400)
    sessions.renew()
    session[GRANT] = [found.id, (now() + GRANTED_FOR).isoformat()]
    return redirect(url_for("registration.progress"), 303)


@blueprint.post("/progress/leave")
def leave_progress() -> ResponseReturnValue:
    """Forget who asked, for the next person at this computer."""
    session.pop(GRANT, None)
    return redirect(url_for("public.home"), 303)


@blueprint.post("/progress/<any(person, unit):word>/<int:record_id>/withdraw")
@once
def withdraw(word: str, record_id: int) -> ResponseReturnValue:
    """Take an undecided registration back."""
    with saving() as writer:
        actor, record = own_record(writer, word, record_id)
        perform(writer, actor=actor, record=record, action=Action.withdraw, now=now())
    flash(_("申请已撤回，您可以修改后重新提交，也可以重新注册。"), "success")
    return redirect(url_for("registration.progress"), 303)


@blueprint.post("/progress/<any(person, unit):word>/<int:record_id>/urge")
def urge_reviewer(word: str, record_id: int) -> ResponseReturnValue:
    """Remind the unit that reviews, once a day (X06)."""
    with saving() as writer:
        _actor, record = own_record(writer, word, record_id)
        remind(writer, record=record, now=now(), today=today())
    if request.headers.get("HX-Request"):
        return render_template("registration/urged.html")
    flash(_("已催办，请耐心等待审核。"), "success")
    return redirect(url_for("registration.progress"), 303)


def _person_asking(form: ProgressForm) -> Account:
    account = applicant.open_door(form)
    if name_skeleton(account.person.name) != name_skeleton(form.name.data or ""):
        raise Refused(WRONG, field="password")
    return account


def granted_account(reader: Session | None = None) -> Account | None:
    """Return whose progress this browser may see now."""
    account_id, until = session.get(GRANT, (None, ""))
    if account_id is None or dt.datetime.fromisoformat(until) <= now():
        return None
    account = (reader or db.session()).get(Account, account_id)
    return None if account is None or account.is_disabled else account


def own_record(reader: Session, word: str, record_id: int) -> tuple[Actor, Any]:
    """Return a registration of whoever asked, and them as its actor; else 404."""
    account = granted_account(reader)
    record = reader.get(MODELS[KINDS[word]], record_id)
    owner = getattr(record, "person_id", None) or getattr(record, "applicant_id", None)
    if account is None or record is None or owner != account.person_id:
        raise NotFound
    return applicant_actor(account.person), record


def _overview(account: Account) -> ResponseReturnValue:
    actor = applicant_actor(account.person)
    records = registrations_of(db.session(), account.person_id)
    return render_template(
        "registration/overview.html",
        name=account.person.name,
        items=[_told(actor, record) for record in records],
    )


def _told(actor: Actor, record: Any) -> Progress:
    word = "unit" if isinstance(record, UnitRegistration) else "person"
    kind = KINDS[word]
    actions = open_actions(actor, record)
    may_withdraw = Action.withdraw in actions
    may_correct = Action.submit in actions
    place = {"word": word, "record_id": record.id}
    is_pending = record.state is State.pending
    reader = db.session()
    return Progress(
        record=record,
        title=record.name if word == "unit" else record.unit.name,
        steps=_steps(history(reader, kind, record.id)),
        since=told_moment(record.waiting_since),
        was_urged=was_urged(reader, kind=kind, record_id=record.id, today=today()),
        urge_url=url_for(".urge_reviewer", **place) if is_pending else "",
        withdraw_url=url_for(".withdraw", **place) if may_withdraw else "",
        correct_url=url_for(f".correct_{word}", record_id=record.id)
        if may_correct
        else "",
    )


def _steps(events: Sequence[Any]) -> list[Step]:
    # Who decided in person is the unit's affair; the applicant sees the unit (AU-10).
    return [
        Step(
            unit_name=event.unit_name or _("申请人"),
            label=_(event.action.label),
            color=act_tone(event.action),
            at=told_moment(event.at),
            opinion=event.comment,
        )
        for event in events
    ]


def _page(form: ProgressForm, status: int = 200) -> ResponseReturnValue:
    applicant.empty_secrets(form)
    return render_template("registration/progress.html", form=form), status
