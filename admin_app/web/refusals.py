"""How a refusal of the rules reaches the person: in their language, beside the field."""

from typing import Final

from flask import Flask, flash, redirect, request
from flask.typing import ResponseReturnValue
from wtforms import Form

from admin_app.errors import Conflict, Forbidden, Refused
from admin_app.web import errors
from admin_app.web.i18n import translate_sentence
from admin_app.web.requests import safe_path

STATUSES: Final = {Conflict: 409, Forbidden: 403}


def init_app(app: Flask) -> None:
    """Answer every refusal that no view has shown."""
    app.register_error_handler(Refused, _answer)


def translate(refused: Refused) -> str:
    """Return the sentence in the language of the page, with its values."""
    return translate_sentence(refused.sentence, refused.values)


def show_on(form: Form, refused: Refused) -> None:
    """Put the sentence at the field it belongs to, or at the head of the form."""
    sentence = translate(refused)
    if refused.field is not None and refused.field in form:
        field = form[refused.field]
        field.errors = [*field.errors, sentence]
    else:
        form.form_errors.append(sentence)


def _answer(refused: Refused) -> ResponseReturnValue:
    sentence = translate(refused)
    came_from = _own_page()
    is_form = request.method == "POST" and not isinstance(refused, Forbidden)
    if is_form and came_from:
        flash(sentence, "error")
        return redirect(came_from, 303)
    if isinstance(refused, Forbidden):
        errors.note_denial()
    return errors.page(STATUSES.get(type(refused), 409), sentence=sentence)


def _own_page() -> str | None:
    """Return the page whose form was posted, if it tells itself and is ours."""
    if request.headers.get("HX-Request") or not request.referrer:
        return None
    own = request.host_url.rstrip("/")
    if not request.referrer.startswith(own + "/"):
        return None
    return safe_path(request.referrer.removeprefix(own))
