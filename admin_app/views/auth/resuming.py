"""The form that was kept while its session had ended."""

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from admin_app.views.auth import blueprint
from admin_app.views.auth.entering import home_of
from admin_app.web import kept
from admin_app.web.identity import current_actor, requires_sign_in


@blueprint.get("/resume")
@requires_sign_in
def resume() -> ResponseReturnValue:
    """Offer to send what was typed before the session ended."""
    found = kept.waiting()
    actor = current_actor()
    if found is None or actor is None:
        return redirect(home_of(actor) if actor else url_for("public.home"))
    path, fields = found
    # It is offered once: after this page the browser holds it.
    kept.drop()
    return render_template("auth/resume.html", path=path, fields=fields)
