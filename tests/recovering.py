"""Asking for a code and reading it where the sender of a trial has put it."""

import re

from admin_app.enums import Channel
from admin_app.models import VerifiedContact
from admin_app.operations.contacts import address_of
from tests.browsing import Browser

NEW = "Peony-2027-hill"


def verify(session, person, *channels):
    """Let the person's present addresses be verified; without channels, both."""
    for channel in channels or Channel:
        session.add(
            VerifiedContact(
                person_id=person.id,
                channel=channel,
                address=address_of(person, channel),
                verified_at=person.created_at,
            )
        )
    session.commit()


def trial(make_app, folder, **changes):
    """Build the program with a queue of its own and senders that write files."""
    return make_app(
        **{
            "instance_path": folder,
            "message_folder": folder / "messages",
            "mail_sender": "file",
            "sms_sender": "file",
        }
        | changes
    )


def browse(app):
    """A browser of its own."""
    return Browser(app, app.response_class)


def work_off(app):
    """Carry out what waits in the program's queue; return how many tasks there were."""
    queue, count = app.extensions["queue"], 0
    while (task := queue.dequeue()) is not None:
        queue.execute(task)
        count += 1
    return count


def messages(app):
    """The messages that were sent, oldest first."""
    folder = app.extensions["settings"].message_folder
    return [path.read_text("utf-8") for path in sorted(folder.glob("*.txt"))]


def last_code(app):
    """The code in the message that was sent last."""
    return re.search(r"验证码 (\d{6})", messages(app)[-1])[1]


def ask(client, number, **more):
    """Fill in the first step."""
    return client.post("/forgot-password", data={"id_number": number} | more)


def send(client, channel="mobile"):
    """Press 获取验证码."""
    return client.post("/forgot-password/send", data={"channel": channel})


def obtain(client, number, channel="mobile"):
    """Go as far as the code, and return it."""
    ask(client, number)
    send(client, channel)
    work_off(client.application)
    return last_code(client.application)


def prove(client, code):
    """Type the code."""
    return client.post("/forgot-password/code", data={"code": code})


def renew(client, password=NEW, again=None):
    """Set the new password."""
    data = {"new_password": password, "confirmation": again or password}
    return client.post("/forgot-password/new", data=data)
