"""用户资料管理: the tabs of a person's profile, written by themself (P04, P10, P13, P14)."""

from typing import Any, Final

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.exceptions import NotFound

from admin_app.enums import Action, ChangeAct, ProfileSection
from admin_app.errors import Refused
from admin_app.extensions import db
from admin_app.forms.profiles import FORMS, PhotoForm, ProfileForm
from admin_app.models import Person, PersonChange
from admin_app.operations import profiles
from admin_app.operations.photos import photo_of
from admin_app.operations.profile_items import PARTS
from admin_app.rules.masks import mask_email, mask_id_number, mask_mobile
from admin_app.views.portal import blueprint
from admin_app.views.portal.profile_changes import own_change
from admin_app.views.portal.profile_tabs import BASIC, TAB, tab_shown
from admin_app.views.portal.who import acting, acting_person
from admin_app.views.profile_words import labels_of, told_rows
from admin_app.views.registration.choices import offer, show_picked
from admin_app.web.clock import now, today
from admin_app.web.identity import requires_individual
from admin_app.web.once import once
from admin_app.web.refusals import show_on
from admin_app.web.transactions import reading, saving
from admin_app.workflows import open_actions, perform

HINTS: Final = {
    ProfileSection.education: (
        "个人资料中的学历、毕业院校和所学专业以学历最高的一条为准，"
        "同一学历以毕业时间最近的为准；学位取最高的。"
    ),
    ProfileSection.post: (
        "个人资料中的职称以级别最高的一条为准，级别相同的以取得时间最近的为准。"
    ),
}
PICKERS: Final = {
    "native_place_id": ("pick_regions", "选择籍贯"),
    "major_id": ("pick_majors", "选择专业"),
    "title_id": ("pick_titles", "选择专业技术职务"),
}


@blueprint.route("/profile", methods=["GET", "POST"])
@requires_individual
@once
def profile() -> ResponseReturnValue:
    """Show 基本信息, or save it: the reviewed items wait for the unit (P10)."""
    with reading() as session:
        person = session.get_one(Person, acting().person_id)
    form = _form(BASIC, person)
    form.require_missing(person)
    if not _is_sent(form):
        return basic_page(form, status=_status(form))
    return _kept(BASIC, form) or basic_page(form, status=422)


@blueprint.get(f"/profile/{TAB}")
@requires_individual
def profile_lines(tab: str) -> ResponseReturnValue:
    """List the lines of a tab, and what of it waits for a review."""
    section, person_id = ProfileSection[tab], acting().person_id
    rows = profiles.own_rows(db.session(), person_id=person_id, section=section)
    texts = told_rows(section, rows)
    return render_template(
        "portal/profile/lines.html",
        **tab_shown(section),
        columns=[{"label": label} for label in labels_of(section)],
        hint=_(HINTS[section]) if section in HINTS else "",
        lines=[(row.id, told) for row, told in zip(rows, texts, strict=True)],
    )


@blueprint.route(f"/profile/{TAB}/new", methods=["GET", "POST"])
@requires_individual
@once
def new_line(tab: str) -> ResponseReturnValue:
    """Take in a new line of a tab."""
    section = ProfileSection[tab]
    return _answer(section, _form(section, None))


@blueprint.route(f"/profile/{TAB}/<int:row_id>", methods=["GET", "POST"])
@requires_individual
@once
def edit_line(tab: str, row_id: int) -> ResponseReturnValue:
    """Change a line of a tab."""
    section = ProfileSection[tab]
    return _answer(section, _form(section, _own_row(section, row_id)), row_id=row_id)


@blueprint.post(f"/profile/{TAB}/<int:row_id>/delete")
@requires_individual
@once
def delete_line(tab: str, row_id: int) -> ResponseReturnValue:
    """Delete a line, or ask the unit for it where the tab is reviewed."""
    section = ProfileSection[tab]
    _own_row(section, row_id)
    with saving() as session:
        change = profiles.remove(
            session, actor=acting(), section=section, row_id=row_id
        )
        _send(session, change)
    flash(_("信息已提交审核") if change else _("已删除"), "success")
    return redirect(url_for(".profile_lines", tab=tab), 303)


@blueprint.route("/profile/changes/<int:change_id>/edit", methods=["GET", "POST"])
@requires_individual
@once
def correct_change(change_id: int) -> ResponseReturnValue:
    """Correct a change that was rejected or withdrawn, and send it again."""
    change = own_change(change_id)
    may_send = Action.submit in open_actions(acting(), change)
    if not may_send or change.act is ChangeAct.remove:
        flash(_("该修改正在审核或已办结，不能再改。"), "warning")
        return redirect(url_for(".profile_change", change_id=change_id), 303)
    section, row_id = change.section, change.row_id
    row = None
    if change.act is ChangeAct.edit:
        row = acting_person() if section is BASIC else _own_row(section, row_id or 0)
    form = _form(section, row, wanted=profiles.wanted_values(change))
    if section is BASIC:
        for name in PARTS[section].names:
            if name not in change.changes:
                del form[name]
    return _answer(section, form, row_id=row_id, change=change)


def basic_page(
    form: ProfileForm | None = None,
    photo_form: PhotoForm | None = None,
    *,
    status: int = 200,
) -> ResponseReturnValue:
    """Return the page of 基本信息 with its two forms."""
    person = acting_person()
    if form is None:
        form = FORMS[BASIC](data=_data(BASIC, person))
        form.require_missing(person)
        _offer(form)
    _show(form)
    body = render_template(
        "portal/profile/basic.html",
        **tab_shown(BASIC),
        person=person,
        id_number=mask_id_number(person.id_number),
        mobile=mask_mobile(person.mobile) if person.mobile else "",
        email=mask_email(person.email) if person.email else "",
        form=form,
        pickers=_pickers(),
        photo=photo_of(db.session(), person_id=person.id),
        photo_form=photo_form or PhotoForm(),
    )
    return body, status


def _answer(
    section: ProfileSection,
    form: ProfileForm,
    *,
    row_id: int | None = None,
    change: PersonChange | None = None,
) -> ResponseReturnValue:
    """Keep what was sent, or show the form of one line."""
    if _is_sent(form):
        change_id = change.id if change else None
        if answer := _kept(section, form, row_id=row_id, change_id=change_id):
            return answer
        status = 422
    else:
        status = _status(form)
    _show(form)
    body = render_template(
        "portal/profile/line.html",
        **tab_shown(section),
        form=form,
        pickers=_pickers(),
        is_new=row_id is None,
        change=change,
    )
    return body, status


def _kept(
    section: ProfileSection,
    form: ProfileForm,
    *,
    row_id: int | None = None,
    change_id: int | None = None,
) -> ResponseReturnValue | None:
    """Write the form and lead on; None where it is refused, which the form then says."""
    try:
        with saving() as session:
            change = profiles.keep(
                session,
                actor=acting(),
                section=section,
                row_id=row_id,
                values=form.values(),
                today=today(),
                change_id=change_id,
            )
            _send(session, change)
    except Refused as refused:
        show_on(form, refused)
        return None
    flash(_("信息已提交审核") if change else _("已保存"), "success")
    if section is BASIC:
        return redirect(url_for(".profile"), 303)
    return redirect(url_for(".profile_lines", tab=section.name), 303)


def _send(session: Any, change: PersonChange | None) -> None:
    if change is not None:
        perform(session, actor=acting(), record=change, action=Action.submit, now=now())


def _form(
    section: ProfileSection, row: Any, wanted: dict[str, Any] | None = None
) -> ProfileForm:
    """Return the form as it was typed, or as a line and a wish for it say."""
    typed = request.form if request.method == "POST" else None
    data = {**_data(section, row), **(wanted or {})}
    form = FORMS[section](typed, data=data)
    _offer(form)
    return form


def _data(section: ProfileSection, row: Any) -> dict[str, Any]:
    """Return what a line says, but for what is stored sealed."""
    names = PARTS[section].reviewable
    return {name: getattr(row, name) for name in names} if row is not None else {}


def _offer(form: ProfileForm) -> None:
    with reading() as session:
        offer(form, session)


def _show(form: ProfileForm) -> None:
    with reading() as session:
        show_picked(form, session)


def _pickers() -> dict[str, dict[str, str]]:
    """Return address and title of each dialog, by the field that it fills."""
    return {
        name: {"url": url_for(f"registration.{endpoint}"), "title": _(title)}
        for name, (endpoint, title) in PICKERS.items()
    }


def _is_sent(form: ProfileForm) -> bool:
    """Tell whether a valid form was sent, and not only a picker's button pressed."""
    return request.method == "POST" and "_pick" not in request.form and form.validate()


def _status(form: ProfileForm) -> int:
    return 422 if form.errors else 200


def _own_row(section: ProfileSection, row_id: int) -> Any:
    with reading() as session:
        row = session.get(PARTS[section].model, row_id)
    if row is None or row.person_id != acting().person_id:
        raise NotFound
    return row
