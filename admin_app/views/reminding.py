"""催办: the answer is the same whatever waits, and whoever asks (X06)."""

from typing import Any

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from admin_app import workflows
from admin_app.errors import Refused
from admin_app.web.clock import now, today
from admin_app.web.refusals import translate
from admin_app.web.transactions import saving


def remind(record: Any, *, back: str) -> ResponseReturnValue:
    """Remind the unit that must decide on the record, once a day."""
    try:
        with saving() as session:
            workflows.remind(session, record=record, now=now(), today=today())
        sentence, category = _("已催办，请耐心等待审批。"), "success"
    except Refused as refused:
        sentence, category = translate(refused), "warning"
    if request.headers.get("HX-Request"):
        return render_template("auth/urged.html", sentence=sentence)
    flash(sentence, category)
    return redirect(back, 303)
