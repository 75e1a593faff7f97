"""How a declaration is typed, kept and sent: the same for a person and for a unit."""

import functools
from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import Any, Final

from flask import flash, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from admin_app.enums import Action, AttachmentPurpose, FieldKind, Source, UnitKind
from admin_app.errors import Refused
from admin_app.forms.declarations import DeclarationForm, declaration_form, offer
from admin_app.forms.dynamic import Paper
from admin_app.models import Attachment, Declaration, Unit
from admin_app.operations import declarations
from admin_app.operations.claims import (
    ANSWER,
    Claim,
    Form,
    accept,
    find_form,
    named_row,
    offered_forms,
    open_years,
    worth,
)
from admin_app.operations.together import together
from admin_app.permissions import Actor
from admin_app.rules.attachments import refuse_too_many
from admin_app.rules.hours import HoursResult
from admin_app.views.kept_pictures import Brought
from admin_app.views.shown import existing_pictures
from admin_app.web.clock import now, today
from admin_app.web.i18n import current_locale, name_of
from admin_app.web.refusals import translate
from admin_app.web.storage import (
    StoredFile,
    copy_image,
    remove_file,
    stored_image,
    turn_image,
)
from admin_app.web.transactions import reading, saving
from admin_app.workflows import perform

MOST_BASES: Final = 500
SEND: Final = "send"
"""The value of the button 提交; the other one, 保存不提交, has `save`."""


def typed_form(
    *,
    source: Source,
    formdata: MultiDict[str, Any] | None,
    record: Declaration | None = None,
) -> DeclarationForm:
    """Return the form as it was typed, or as a record says, with fields of its form.

    What may not be declared is said beside 学习形式; `furnish` brings what is only shown.
    """
    with reading() as session:
        stored = _stored(record) if record is not None else {}
        code = (
            formdata.get("form_code", "")
            if formdata is not None
            else stored.get("form_code") or request.args.get("form", "")
        )
        asked, refused = _asked(session, code, source)
        paper = Paper(
            english=current_locale() == "en",
            today=today(),
            bases=_bases(session, asked),
        )
        # A form that is sent with a year needs none proposed.
        is_chosen = formdata is not None and "credit_year" in formdata
        year = {} if is_chosen else _only_year(open_years(session, today=today()))
        data = {"form_code": code, **year, **stored}
        form = declaration_form(formdata, asked=asked, paper=paper, data=data)
    if refused is not None and code:
        form.tell(refused)
    return form


def furnish(form: DeclarationForm, source: Source) -> None:
    """Give the form what a page shows: what may be chosen, the hours so far."""
    with reading() as session:
        forms = offered_forms(session, source=source)
        offer(
            form,
            forms=[(row.code, name_of(row)) for row in forms],
            years=open_years(session, today=today()),
        )
        _show_picked(session, form)
        form.hours = _worth(session, form)


def save(
    form: DeclarationForm,
    *,
    actor: Actor,
    source: Source,
    person_ids: Sequence[int],
    record_id: int | None = None,
    sends: bool,
    conclude: Callable[[Sequence[int]], ResponseReturnValue],
) -> ResponseReturnValue:
    """Keep what was typed, with its pictures, and send it if wanted.

    Everything is kept or nothing; Refused and AnswersRefused say why nothing was, and
    the form has its pictures for the next try. `conclude` answers, within the
    transaction, by the keys of what is kept.
    """
    asked: dict[str, Any] = {
        "claim": form.claim(),
        "person_ids": person_ids,
        "record_id": record_id,
        "today": today(),
        "is_complete": sends,
    }
    brought = Brought(form.given_files())
    copies: list[StoredFile] = []
    try:
        if brought.count:
            # What will be refused is told before anything is encoded.
            with reading() as session:
                _refuse_early(session, form, source, brought.count, **asked)
        # Pictures are encoded anew, and copied for each further person, before the
        # transaction, because it is slow.
        brought.store()
        for _person in person_ids[1:] if record_id is None else ():
            for picture in brought.pictures:
                copies.append(copy_image(picture))  # noqa: PERF401 (what failed half-way is removed)
        with saving() as session, together(session):
            records = _written(session, actor, form.asked, **asked)
            stored = [*brought.pictures, *copies]
            for place, record in enumerate(records):
                own = stored[place * brought.count : (place + 1) * brought.count]
                declarations.attach(
                    session, record=record, pictures=[_claimed(i, actor) for i in own]
                )
                if sends:
                    declarations.refuse_without_proof(session, record)
                    _submit(session, actor, record)
            brought.settle()
            return conclude([record.id for record in records])
    except BaseException as failure:
        for picture in copies:
            remove_file(picture.key)
        if isinstance(failure, Refused):
            _keep(form, brought, actor)
        else:
            brought.drop()
        raise


def _refuse_early(
    session: Session,
    form: DeclarationForm,
    source: Source,
    pictures: int,
    *,
    claim: Claim,
    record_id: int | None,
    **asked: Any,
) -> None:
    known = form.asked or find_form(session, code=claim.form_code, source=source)
    accept(session, form=known, claim=claim, record_id=record_id, **asked)
    refuse_too_many(pictures + _picture_count(session, record_id))


def _written(
    session: Session,
    actor: Actor,
    known: Form | None,
    *,
    person_ids: Sequence[int],
    record_id: int | None,
    **asked: Any,
) -> list[Declaration]:
    """Write a declaration for each person, or the one that is changed."""
    same = {"actor": actor, "known": known, **asked}
    if record_id is None:
        return declarations.draft(session, person_ids=person_ids, **same)
    return [declarations.revise(session, record_id=record_id, **same)]


def keep_pictures(form: DeclarationForm, actor: Actor) -> None:
    """Keep the pictures of a form that is shown again without being saved."""
    if request.method == "POST":
        _keep(form, Brought(form.given_files()), actor)


def _keep(form: DeclarationForm, brought: Brought, actor: Actor) -> None:
    for reason in brought.keep(actor.account_id):
        form.tell(reason)
    form.kept = brought.pictures


def send(
    actor: Actor, record_id: int, *, conclude: Callable[[], ResponseReturnValue]
) -> ResponseReturnValue:
    """Send a stored declaration to the first unit of its ladder, or refuse."""
    with saving() as session, together(session):
        record = declarations.make_ready(
            session, actor=actor, record_id=record_id, today=today()
        )
        _submit(session, actor, record)
        return conclude()


def change_picture(actor: Actor, record_id: int) -> None:
    """Delete or turn the picture that the address names (P18); say what was done.

    The address stays in the page that follows: what is saved from there changes none.
    """
    if request.method != "POST" or request.form.get("do"):
        return
    drop, turn = (request.args.get(word, type=int) for word in ("drop", "turn"))
    try:
        if drop is not None:
            _drop_picture(actor, record_id, drop)
        elif turn is not None:
            _turn_picture(actor, record_id, turn)
    except Refused as refused:
        flash(translate(refused), "error")


def editable_pictures(
    record: Declaration | None, edit_url: str
) -> list[dict[str, Any]]:
    """Return the pictures of a declaration with the addresses that change them."""
    if record is None:
        return []
    return [
        {
            **picture,
            "delete_url": f"{edit_url}?drop={picture['id']}",
            "rotate_url": f"{edit_url}?turn={picture['id']}",
        }
        for picture in existing_pictures(record.id)
    ]


def _drop_picture(actor: Actor, record_id: int, picture_id: int) -> None:
    with saving() as session:
        picture = declarations.detach(
            session, actor=actor, record_id=record_id, picture_id=picture_id
        )
    remove_file(picture.key)
    flash(_("图片已删除"), "success")


def _turn_picture(actor: Actor, record_id: int, picture_id: int) -> None:
    find = functools.partial(
        declarations.own_picture,
        actor=actor,
        record_id=record_id,
        picture_id=picture_id,
    )
    with reading() as session:
        old = stored_image(find(session))
    turned = turn_image(old)
    with saving() as session:
        picture = find(session)
        if picture.key != old.key:
            remove_file(turned.key)
            return
        for name, value in asdict(turned).items():
            setattr(picture, name, value)
    remove_file(old.key)
    flash(_("图片已旋转"), "success")


def explained(result: HoursResult | None) -> list[str]:
    """Return the steps of a computation in the language of the page."""
    if result is None:
        return []
    return [_(step.sentence, **step.values) for step in result.explanation]


def hours_shown(form: DeclarationForm) -> dict[str, Any]:
    """Return the computed hours and why, as templates show them."""
    result: HoursResult | None = form.hours
    return {
        "hours": None if result is None else format(result.hours.normalize(), "f"),
        "steps": explained(result),
        "measure": _(form.asked.version.measure.label) if form.asked else "",
    }


def _submit(session: Session, actor: Actor, record: Declaration) -> None:
    perform(session, actor=actor, record=record, action=Action.submit, now=now())


def _asked(
    session: Session, code: str, source: Source
) -> tuple[Form | None, Refused | None]:
    try:
        return find_form(session, code=code, source=source), None
    except Refused as refused:
        return None, refused


def _stored(record: Declaration) -> dict[str, Any]:
    claim = declarations.stored_claim(record)
    return {
        "form_code": claim.form_code,
        "version": record.form_version_id,
        "credit_year": str(claim.year),
        "title": claim.title,
        "claimed_hours": claim.claimed,
        "remark": claim.remark,
        **{ANSWER + name: answer for name, answer in claim.answers.items()},
    }


def _only_year(years: Sequence[int]) -> dict[str, str]:
    return {"credit_year": str(years[0])} if len(years) == 1 else {}


def _bases(session: Session, asked: Form | None) -> list[tuple[str, str]]:
    if asked is None or not any(field.target == "base" for field in asked.fields):
        return []
    rows = session.execute(
        select(Unit.id, Unit.name)
        .where(Unit.kind == UnitKind.base, Unit.is_active)
        .order_by(Unit.name, Unit.id)
        .limit(MOST_BASES)
    )
    return [(str(key), name) for key, name in rows]


def _show_picked(session: Session, form: DeclarationForm) -> None:
    for spec in form.asked.fields if form.asked else ():
        if spec.kind is FieldKind.reference and spec.target == "major":
            field = form[ANSWER + spec.name]
            row = named_row(session, spec.target, field.data)
            field.shown = "" if row is None else row.name


def _worth(session: Session, form: DeclarationForm) -> HoursResult | None:
    if form.asked is None:
        return None
    try:
        return worth(
            session,
            form=form.asked,
            claim=form.claim(),
            today=today(),
            english=form.paper.english,
        )
    except Refused:
        return None


def _picture_count(session: Session, record_id: int | None) -> int:
    if record_id is None:
        return 0
    count = select(func.count()).where(Attachment.declaration_id == record_id)
    return session.scalar(count) or 0


def _claimed(image: StoredFile, actor: Actor) -> Attachment:
    return image.claim(
        purpose=AttachmentPurpose.declaration_proof,
        uploaded_by_id=actor.account_id,
        uploaded_at=now(),
    )
