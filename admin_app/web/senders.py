"""By what a message leaves the house: one sender for mail and one for short messages.

The settings name them: the console and a folder for a trial, an SMTP server, and any
SMS gateway that takes an HTTP POST. A sender returns when the message has been taken
over, and raises `NotSent` otherwise.
"""

import http.client
import json
import smtplib
import ssl
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path
from typing import Final
from urllib.parse import urlencode, urlsplit

from admin_app.columns import utc_now
from admin_app.enums import Channel
from config.settings import TRIAL_SENDERS, Settings

SUCCESSES: Final = range(200, 300)
LONGEST_ANSWER: Final = 64 * 1024


@dataclass(frozen=True, slots=True)
class Message:
    """What is sent, and where to."""

    address: str
    subject: str
    body: str


class NotSent(Exception):  # noqa: N818 (it says what became of the message)
    """The message was not taken over; the text holds no address."""


Sender = Callable[[Settings, Message], None]


def send(settings: Settings, channel: Channel, message: Message) -> None:
    """Hand the message to the sender that the settings name for this channel."""
    try:
        SENDERS[channel][_chosen(settings, channel)](settings, message)
    except (OSError, smtplib.SMTPException, http.client.HTTPException) as error:
        # Their texts may repeat the address.
        raise NotSent(type(error).__name__) from None


def is_served(settings: Settings, channel: Channel) -> bool:
    """Tell whether this channel leads anywhere."""
    return _chosen(settings, channel) != "off"


def is_trial(settings: Settings, channel: Channel) -> bool:
    """Tell whether messages of this channel stay on this machine."""
    return _chosen(settings, channel) in TRIAL_SENDERS


def _chosen(settings: Settings, channel: Channel) -> str:
    mobile = channel is Channel.mobile
    return settings.sms_sender if mobile else settings.mail_sender


def to_console(_settings: Settings, message: Message) -> None:
    """Print the message on the terminal of the job consumer."""
    sys.stderr.write(f"\n--> {message.address}\n{message.body}\n\n")


def to_file(settings: Settings, message: Message) -> None:
    """Write the message into a folder, one file each, named by its time."""
    folder = Path(settings.message_folder)
    folder.mkdir(parents=True, exist_ok=True)
    name = f"{utc_now():%Y%m%dT%H%M%S.%f}.txt"
    text = f"{message.address}\n{message.subject}\n\n{message.body}\n"
    (folder / name).write_text(text, encoding="utf-8")


def by_smtp(settings: Settings, message: Message) -> None:
    """Send a mail through the server, over TLS unless the settings say otherwise."""
    mail = EmailMessage()
    mail["From"], mail["To"] = settings.mail_from, message.address
    mail["Subject"] = message.subject
    # Not every server takes eight bits.
    mail.set_content(message.body, cte="base64")
    seconds = settings.message_timeout.total_seconds()
    place = (settings.smtp_host, settings.smtp_port)
    context = _tls(settings)
    if settings.smtp_security == "tls":
        server: smtplib.SMTP = smtplib.SMTP_SSL(
            *place, timeout=seconds, context=context
        )
    else:
        server = smtplib.SMTP(*place, timeout=seconds)
    with server:
        if settings.smtp_security == "starttls":
            server.starttls(context=context)
        if settings.smtp_user:
            server.login(settings.smtp_user, settings.smtp_password.get_secret_value())
        server.send_message(mail)


def by_http(settings: Settings, message: Message) -> None:
    """Post the message to an SMS gateway in the fields that the settings spell out."""
    url = urlsplit(str(settings.sms_url))
    fields = _filled(settings.sms_fields, message)
    headers = {k: v.get_secret_value() for k, v in settings.sms_headers.items()}
    if settings.sms_format == "json":
        body = json.dumps(fields, ensure_ascii=False).encode()
        kind = "application/json; charset=utf-8"
    else:
        body = urlencode(fields).encode()
        kind = "application/x-www-form-urlencoded"
    path = f"{url.path or '/'}{'?' + url.query if url.query else ''}"
    connection = _connection(settings, url.scheme, url.hostname or "", url.port)
    try:
        connection.request("POST", path, body, {"Content-Type": kind} | headers)
        with connection.getresponse() as answer:
            text = answer.read(LONGEST_ANSWER).decode("utf-8", "replace")
    finally:
        connection.close()
    if answer.status not in SUCCESSES:
        raise NotSent(f"status {answer.status}")
    if settings.sms_success not in text:
        raise NotSent("the gateway's answer does not tell of success")


def _connection(
    settings: Settings, scheme: str, host: str, port: int | None
) -> http.client.HTTPConnection:
    seconds = settings.message_timeout.total_seconds()
    if scheme == "https":
        context = _tls(settings)
        return http.client.HTTPSConnection(host, port, timeout=seconds, context=context)
    return http.client.HTTPConnection(host, port, timeout=seconds)


def _tls(settings: Settings) -> ssl.SSLContext:
    authorities = settings.message_authorities
    return ssl.create_default_context(cafile=str(authorities) if authorities else None)


def _filled(fields: Mapping[str, str], message: Message) -> dict[str, str]:
    values = {"{mobile}": message.address, "{text}": message.body}
    filled = {}
    for name, text in fields.items():
        for place, value in values.items():
            text = text.replace(place, value)  # noqa: PLW2901 (filled place by place)
        filled[name] = text
    return filled


SENDERS: Final[Mapping[Channel, Mapping[str, Sender]]] = {
    Channel.email: {"console": to_console, "file": to_file, "smtp": by_smtp},
    Channel.mobile: {"console": to_console, "file": to_file, "http": by_http},
}
