"""Sex and birth date read from the identity number while a person fills in the form."""

from flask import render_template, request
from flask.typing import ResponseReturnValue

from admin_app.errors import Refused
from admin_app.forms.registration import PersonalForm
from admin_app.rules.identity import fold_id_number, parse_id_number
from admin_app.views.registration import blueprint
from admin_app.web.clock import today


@blueprint.post("/id-facts")
def id_facts() -> ResponseReturnValue:
    """Return the two fields filled from the number; an unreadable one leaves them empty."""
    form = PersonalForm()
    try:
        number = parse_id_number(
            fold_id_number(request.form.get("id_number", "")), today=today()
        )
    except Refused:
        number = None
    if number is not None:
        form.sex.data = number.sex.name
        form.birth_date.data = number.birth_date
    return render_template("registration/facts.html", form=form)
