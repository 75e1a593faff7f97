"""申报进度查询: the list, one declaration, and what its owner may do with it (P20-P23)."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.exceptions import BadRequest, NotFound

from admin_app.enums import EDITABLE, Action, RecordKind, State
from admin_app.extensions import db
from admin_app.models import Declaration, Unit
from admin_app.operations import declarations as acts
from admin_app.operations.own_records import FILTERS, TABS, own_counts, own_records
from admin_app.operations.urges import was_urged
from admin_app.rules.amounts import plain
from admin_app.views import shown
from admin_app.views.declaring import send
from admin_app.views.portal import blueprint
from admin_app.views.portal.who import acting
from admin_app.views.reminding import remind
from admin_app.web.clock import now, today
from admin_app.web.i18n import name_of
from admin_app.web.identity import requires_individual
from admin_app.web.looks import page_size
from admin_app.web.once import once
from admin_app.web.transactions import concluded, saving
from admin_app.workflows import open_actions, perform

TAB_LABELS: Final = {
    "hours": "学时申报",
    "credits": "学分申报",
    "base": "继续教育基地学时申报记录",
}
FILTER_LABELS: Final = {
    "": "全部",
    "draft": "待提交",
    "pending": "待审批",
    "approved": "通过",
    "rejected": "未通过",
    "revoked": "已撤销",
}
ALWAYS: Final = frozenset({"", "draft", "pending", "approved", "rejected"})


@blueprint.get("/declarations")
@requires_individual
def declarations() -> ResponseReturnValue:
    """List what the person, their unit or a base has filed for them."""
    tab, chosen = request.args.get("source", "hours"), request.args.get("state", "")
    if tab not in TABS or chosen not in FILTER_LABELS:
        raise BadRequest
    person_id = acting().person_id
    counts = own_counts(db.session(), person_id=person_id)
    page = own_records(
        db.session(),
        person_id=person_id,
        tab=tab,
        chosen=chosen,
        before=_before(),
        limit=page_size(),
    )
    return render_template(
        "portal/declarations.html",
        rows=page.rows,
        tab_items=_tab_items(tab, counts),
        filters=_filters(tab, chosen, counts),
        page=_pager(tab, chosen, page.next_before),
        is_filtered=bool(chosen),
    )


@blueprint.get("/declarations/<int:record_id>")
@requires_individual
def declaration(record_id: int) -> ResponseReturnValue:
    """Show one declaration: what it says, where it is, how it came there (P21)."""
    actor, record = acting(), _seen(record_id)
    decider = db.session.get(Unit, record.decider_id) if record.decider_id else None
    owns = acts.owns(actor, record)
    actions = open_actions(actor, record)
    return render_template(
        "portal/declaration.html",
        record=record,
        form_name=_form_name(record),
        claimed=plain(record.claimed),
        filed_by=db.session.get(Unit, record.filed_by_id)
        if record.filed_by_id
        else None,
        answers=shown.told_answers(record),
        rule=shown.told_rule(record),
        steps=shown.told_steps(record),
        pictures=shown.existing_pictures(record.id),
        waiting=shown.waiting_at(record, decider),
        taken_back=shown.taken_back(record),
        urged=was_urged(
            db.session(),
            kind=RecordKind.declaration,
            record_id=record.id,
            today=today(),
        ),
        may_urge=owns,
        may_change=owns and record.state in EDITABLE,
        may_send=Action.submit in actions,
        may_withdraw=Action.withdraw in actions,
    )


@blueprint.post("/declarations/<int:record_id>/send")
@requires_individual
@once
def send_declaration(record_id: int) -> ResponseReturnValue:
    """Send a stored declaration."""
    page, said = _page_of(record_id), _("已提交，请等待审批。")
    with _only_own():
        return send(acting(), record_id, conclude=lambda: concluded(said, page))


@blueprint.post("/declarations/<int:record_id>/withdraw")
@requires_individual
@once
def withdraw_declaration(record_id: int) -> ResponseReturnValue:
    """Take a declaration back that nobody has decided yet (P22)."""
    with saving() as session:
        perform(
            session,
            actor=acting(),
            record=_owned(record_id),
            action=Action.withdraw,
            now=now(),
        )
        return concluded(_("已撤销，该申报回到待提交。"), _page_of(record_id))


@blueprint.post("/declarations/<int:record_id>/delete")
@requires_individual
@once
def delete_declaration(record_id: int) -> ResponseReturnValue:
    """Delete a declaration that is not under way (P23)."""
    with _only_own(), saving() as session:
        acts.delete(session, actor=acting(), record_id=record_id, now=now())
        return concluded(_("已删除"), url_for(".declarations"))


@blueprint.post("/declarations/<int:record_id>/urge")
@requires_individual
def urge_declaration(record_id: int) -> ResponseReturnValue:
    """Remind the unit that must decide, once a day (X06)."""
    return remind(_owned(record_id), back=_page_of(record_id))


def _page_of(record_id: int) -> str:
    return url_for(".declaration", record_id=record_id)


def _seen(record_id: int) -> Declaration:
    record = acts.find_declaration(db.session(), actor=acting(), record_id=record_id)
    if record is None:
        raise NotFound
    return record


def _owned(record_id: int) -> Declaration:
    record = _seen(record_id)
    if not acts.owns(acting(), record):
        raise NotFound
    return record


@contextmanager
def _only_own() -> Iterator[None]:
    try:
        yield
    except acts.NotOwn:
        raise NotFound from None


def _form_name(record: Declaration) -> str:
    return name_of(record.form_version.form)


def _before() -> int | None:
    text = request.args.get("before", "")
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < len("1000000000000000")):
        raise BadRequest
    return int(text)


def _tab_items(tab: str, counts: dict[tuple[str, State], int]) -> list[dict[str, Any]]:
    return [
        {
            "label": _(label),
            "url": url_for(".declarations", source=name),
            "count": sum(n for (of, _state), n in counts.items() if of == name),
            "is_active": name == tab,
        }
        for name, label in TAB_LABELS.items()
    ]


def _filters(
    tab: str, chosen: str, counts: dict[tuple[str, State], int]
) -> list[dict[str, Any]]:
    items = []
    for name, label in FILTER_LABELS.items():
        states = FILTERS.get(name, tuple(State))
        count = sum(counts.get((tab, state), 0) for state in states)
        if name in ALWAYS or count:
            items.append(
                {
                    "label": _(label),
                    "url": url_for(".declarations", source=tab, state=name or None),
                    "count": count,
                    "is_active": name == chosen,
                }
            )
    return items


def _pager(tab: str, chosen: str, next_before: int | None) -> dict[str, Any]:
    address: dict[str, Any] = {"source": tab, "state": chosen or None}
    return {
        "previous_url": url_for(".declarations", **address)
        if "before" in request.args
        else "",
        "next_url": url_for(".declarations", **address, before=next_before)
        if next_before
        else "",
    }
