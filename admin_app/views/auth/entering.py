"""What happens when somebody may come in, whatever they had to show for it."""

from flask import redirect, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from admin_app.models import Account
from admin_app.operations import accounts
from admin_app.operations.accounts import Entry
from admin_app.permissions import Actor
from admin_app.web import kept, sessions
from admin_app.web.clock import now
from admin_app.web.identity import sign_in


def enter(session: Session, account: Account, entry: Entry) -> None:
    """Begin a session as the first identity of the chosen window."""
    identity = entry.identities[0]
    accounts.note_entry(session, account=account, identity=identity.kind, now=now())
    sign_in(account, identity)


def welcome(account: Account, entry: Entry, target: str) -> ResponseReturnValue:
    """Lead to where the person wants, or must, go first."""
    if account.must_change_password:
        return redirect(url_for("auth.change_password"), 303)
    if len(entry.identities) > 1:
        return redirect(url_for("auth.choose_identity", next=target or None), 303)
    return redirect(kept.resume_url() or target or _home(), 303)


def home_of(actor: Actor) -> str:
    """Return the first page of whoever has signed in."""
    return url_for("portal.home" if actor.is_individual else "admin.index")


def _home() -> str:
    actor = sessions.current().actor
    return home_of(actor) if actor else url_for("public.home")
