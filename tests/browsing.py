"""A browser without pages: it keeps cookies and carries the form token by itself."""

import datetime as dt
import html
import json
import re

from flask.testing import FlaskClient
from sqlalchemy import insert

from admin_app.columns import utc_now
from admin_app.extensions import db
from admin_app.models import UserSession
from admin_app.web import step_up
from admin_app.web.csrf import HEADER, SAFE_METHODS, token_for
from admin_app.web.sessions import cookie_name
from admin_app.web.tokens import digest, new_token
from tests.cast import identity


class Browser(FlaskClient):
    """Sends the token of its session with every unsafe request, unless `csrf=False`."""

    def open(self, *args, csrf=True, **kwargs):
        method = kwargs.get("method", "GET")
        if csrf and method not in SAFE_METHODS:
            secret = self.secret() or self.take(new_token())
            with self.application.app_context():
                token = token_for(secret)
            kwargs["headers"] = {HEADER: token} | dict(kwargs.get("headers") or {})
        # A context of the request's own, as in production: the test's has a session
        # and a `g` that the request must not share.
        with self.application.app_context():
            answer = super().open(*args, **kwargs)
        # A large form waits in a file, which nobody else closes.
        answer.request.environ["wsgi.input"].close()
        return answer

    def secret(self):
        """The secret in the cookie, or None."""
        cookie = self.get_cookie(cookie_name(self.application))
        return cookie.value if cookie else None

    def take(self, secret):
        """Put this secret into the cookie."""
        self.set_cookie(cookie_name(self.application), secret)
        return secret


def sign_in(client, who, *, at=None, proven=False):
    """Let the member of the cast be signed in without passing the sign-in page."""
    client.take(open_session(client.application, who, at=at, proven=proven))
    return client


def open_session(app, who, *, at=None, proven=False):
    """Write a session of the member of the cast; return the secret of its cookie."""
    account_id, chosen = identity(who)
    return open_as(app, account_id, chosen, at=at, proven=proven)


def open_as(app, account_id, chosen, *, at=None, proven=False):
    """Write a session of the account as this identity; return its cookie's secret.

    `proven` says that the own password was given again at that moment.
    """
    moment = at or utc_now()
    secret = new_token()
    data = {"identity": chosen.to_data()}
    data |= {step_up.KEY: moment.isoformat()} if proven else {}
    with app.app_context(), db.engine.begin() as connection:
        connection.execute(
            insert(UserSession).values(
                token_hash=digest(secret),
                account_id=account_id,
                data=json.dumps(data).encode(),
                created_at=moment,
                last_seen_at=moment,
                expires_at=moment + dt.timedelta(hours=12),
            )
        )
    return secret


def table_rows(page):
    """Each row of a generated list: the text of every cell by the name of its column."""
    head = page.partition("<tbody>")[0]
    names = [
        _text(cell) for cell in re.findall(r"<th [^>]*>(.*?)</th>", head, re.DOTALL)
    ]
    return [dict(zip(names, row, strict=True)) for row in table_cells(page)]


def table_cells(page):
    """Each row of a generated list: the text of every cell from left to right."""
    body = page.partition("<tbody>")[2]
    rows = re.findall(r"<tr>\s*(<td.*?)</tr>", body, re.DOTALL)
    cells = [re.findall(r"<td[^>]*>(.*?)</td>", row, re.DOTALL) for row in rows]
    return [[_text(cell) for cell in row] for row in cells]


def column(page, name):
    """The texts of one column of a generated list, from top to bottom."""
    return [row[name] for row in table_rows(page)]


def _text(cell):
    return html.unescape(re.sub("<[^>]*>", "", cell)).strip()
