"""Messages leave by SMTP over TLS, by an SMS gateway's POST, or stay here for a trial."""

import base64
import datetime as dt
import http.server
import ipaddress
import json
import socketserver
import ssl
import threading
from contextlib import contextmanager
from urllib.parse import parse_qs

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from sqlalchemy import select

from admin_app import jobs
from admin_app.enums import Channel
from admin_app.extensions import db
from admin_app.models import OutgoingMessage
from admin_app.operations.outgoing import write_message
from admin_app.web.clock import now
from admin_app.web.senders import Message, NotSent, send
from config.settings import Settings
from tests.recovering import messages, trial, work_off

LETTER = Message("p1@example.com", "找回登录密码", "验证码 123456")
SHORT = Message("15400000001", "找回登录密码", "验证码 123456")


def settings(tmp_path, **values):
    return Settings(_env_file=None, instance_path=tmp_path, **values)


# --- SMTP -------------------------------------------------------------------


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """A certificate of 127.0.0.1 that signs itself, with its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    today = dt.datetime.now(dt.UTC)
    place = x509.IPAddress(ipaddress.ip_address("127.0.0.1"))
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(today - dt.timedelta(days=1))
        .not_valid_after(today + dt.timedelta(days=2))
        .add_extension(x509.SubjectAlternativeName([place]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "server.pem"
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + made.public_bytes(serialization.Encoding.PEM)
    )
    return path


class MailServer(socketserver.StreamRequestHandler):
    """As much of SMTP as a client needs; what it hears is kept on the server."""

    def handle(self):
        is_safe = isinstance(self.request, ssl.SSLSocket)
        self.say("220 here")
        while line := self.rfile.readline().decode().strip():
            self.server.heard.append((line.partition(" ")[0].upper(), is_safe, line))
            verb = line[:4].upper()
            if verb == "EHLO":
                offers = ["AUTH PLAIN"] if is_safe else ["STARTTLS"]
                self.say("250-here", *[f"250-{o}" for o in offers], "250 OK")
            elif verb == "STAR":
                self.say("220 go on")
                self.request = self.server.context.wrap_socket(
                    self.request, server_side=True
                )
                self.rfile.close()
                self.wfile.close()
                self.setup()
                is_safe = True
            elif verb == "AUTH":
                self.say("235 welcome")
            elif verb == "RCPT" and "nobody" in line:
                self.say("550 no such user here: nobody@example.com")
            elif verb == "DATA":
                self.say("354 go on")
                self.server.mails.append(self.read_mail())
                self.say("250 taken")
            elif verb == "QUIT":
                self.say("221 bye")
                return
            else:
                self.say("250 OK")

    def finish(self):
        super().finish()
        self.request.close()

    def say(self, *lines):
        self.wfile.write("".join(f"{line}\r\n" for line in lines).encode())

    def read_mail(self):
        lines = []
        while (line := self.rfile.readline()) != b".\r\n":
            lines.append(line)
        return b"".join(lines).decode()


@contextmanager
def running(server):
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def mail_server(certificate):
    server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), MailServer)
    server.daemon_threads = True
    server.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.context.load_cert_chain(certificate)
    server.heard, server.mails = [], []
    with running(server):
        yield server


def by_mail(tmp_path, server, certificate=None, **more):
    return settings(
        tmp_path,
        mail_sender="smtp",
        mail_from="jxjy@example.org",
        smtp_host="127.0.0.1",
        smtp_port=server.server_address[1],
        smtp_user="jxjy",
        smtp_password="not-told",
        message_authorities=certificate,
        **more,
    )


def test_mail_and_password_travel_over_tls_only(tmp_path, mail_server, certificate):
    send(by_mail(tmp_path, mail_server, certificate), Channel.email, LETTER)

    [mail] = mail_server.mails
    body = base64.b64decode(mail.rpartition("\r\n\r\n")[2]).decode().strip()
    in_the_open = {verb for verb, is_safe, _ in mail_server.heard if not is_safe}
    assert body == LETTER.body
    assert "To: p1@example.com" in mail
    assert in_the_open == {"EHLO", "STARTTLS"}
    assert [v for v, _, _ in mail_server.heard if v in {"AUTH", "MAIL"}] == [
        "AUTH",
        "MAIL",
    ]


def test_server_with_a_strange_certificate_gets_nothing(tmp_path, mail_server):
    with pytest.raises(NotSent, match="SSLCertVerificationError"):
        send(by_mail(tmp_path, mail_server), Channel.email, LETTER)

    assert mail_server.mails == []


def test_refused_recipient_is_told_without_the_address(
    tmp_path, mail_server, certificate
):
    letter = Message("nobody@example.com", "s", "b")

    with pytest.raises(NotSent) as failure:
        send(by_mail(tmp_path, mail_server, certificate), Channel.email, letter)

    assert "nobody" not in str(failure.value)


# --- SMS gateway --------------------------------------------------------------


class Gateway(http.server.BaseHTTPRequestHandler):
    """Takes a POST and answers as the test says."""

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.server.taken.append((self.path, dict(self.headers), body))
        status, text = self.server.answer
        self.send_response(status)
        if status in {302, 307}:
            self.send_header("Location", "http://127.0.0.1:9/elsewhere")
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *_arguments):
        pass


@pytest.fixture
def gateway():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Gateway)
    server.taken, server.answer = [], (200, '{"code": "OK"}')
    with running(server):
        yield server


def by_sms(tmp_path, gateway, **more):
    address = f"http://127.0.0.1:{gateway.server_address[1]}/send?app=1"
    return settings(tmp_path, sms_sender="http", sms_url=address, **more)


def test_gateway_gets_json_in_the_fields_of_the_settings(tmp_path, gateway):
    chosen = by_sms(
        tmp_path,
        gateway,
        sms_fields={"to": "+86{mobile}", "text": "{text}", "sign": "河南继续教育"},
        sms_headers={"Authorization": "Bearer not-told"},
        sms_success='"code": "OK"',
    )

    send(chosen, Channel.mobile, SHORT)

    [(path, headers, body)] = gateway.taken
    assert (path, headers["Authorization"]) == ("/send?app=1", "Bearer not-told")
    assert json.loads(body) == {
        "to": "+8615400000001",
        "text": SHORT.body,
        "sign": "河南继续教育",
    }


def test_gateway_gets_a_form(tmp_path, gateway):
    send(by_sms(tmp_path, gateway, sms_format="form"), Channel.mobile, SHORT)

    [(_path, headers, body)] = gateway.taken
    assert headers["Content-Type"] == "application/x-www-form-urlencoded"
    assert parse_qs(body) == {"mobile": [SHORT.address], "content": [SHORT.body]}


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ((500, "broken"), "status 500"),
        ((302, "moved"), "status 302"),
        ((200, '{"code": "LIMIT"}'), "the gateway's answer does not tell of success"),
    ],
)
def test_gateway_that_does_not_take_it_is_told(tmp_path, gateway, answer, reason):
    gateway.answer = answer

    with pytest.raises(NotSent) as failure:
        send(by_sms(tmp_path, gateway, sms_success='"OK"'), Channel.mobile, SHORT)

    assert str(failure.value) == reason


def test_gateway_that_is_away_is_told(tmp_path):
    with socketserver.TCPServer(("127.0.0.1", 0), None) as unused:
        port = unused.server_address[1]
    chosen = settings(
        tmp_path, sms_sender="http", sms_url=f"http://127.0.0.1:{port}/send"
    )

    with pytest.raises(NotSent, match="ConnectionRefusedError"):
        send(chosen, Channel.mobile, SHORT)


def test_console_shows_the_message(tmp_path, capsys):
    send(settings(tmp_path), Channel.mobile, SHORT)

    assert SHORT.body in capsys.readouterr().err


# --- The way through the queue --------------------------------------------------


@pytest.fixture
def program(make_app, tmp_path):
    return trial(make_app, tmp_path)


def write(program, **values):
    with program.app_context():
        message = write_message(
            db.session(),
            **{
                "channel": Channel.mobile,
                "address": "15400000001",
                "subject": "s",
                "body": "内容",
                "until": now() + dt.timedelta(minutes=5),
            }
            | values,
        )
        db.session.commit()
        return message.id


def left(program):
    with program.app_context():
        return db.session.scalars(select(OutgoingMessage.id)).all()


def test_message_is_sent_by_the_queue_and_forgotten(program):
    key = write(program)
    with program.app_context():
        jobs.queue_message(key)

    done = work_off(program)

    assert done == 1
    assert messages(program) == ["15400000001\ns\n\n内容\n"]
    assert left(program) == []


def test_failed_message_is_tried_again_until_it_is_worthless(
    make_app, tmp_path, gateway
):
    gateway.answer = (500, "")
    address = f"http://127.0.0.1:{gateway.server_address[1]}/"
    program = trial(make_app, tmp_path, sms_sender="http", sms_url=address)
    with program.app_context():
        moment = now()
    write(program, until=moment + dt.timedelta(minutes=5))

    for minute in range(7):
        program.extensions["clock"] = lambda minute=minute: (
            moment + dt.timedelta(minutes=minute)
        )
        with program.app_context():
            jobs.send_messages()

    assert len(gateway.taken) == 5


def test_message_that_somebody_is_sending_is_left_to_them(program):
    key = write(program)
    with program.app_context():
        db.session.get(OutgoingMessage, key).lease_until = now() + dt.timedelta(
            seconds=30
        )
        db.session.commit()

        jobs.send_messages()

    assert (messages(program), left(program)) == ([], [key])


def test_queue_that_is_away_does_not_hold_up_the_person(make_app, tmp_path):
    program = trial(make_app, tmp_path, redis_url="redis://127.0.0.1:1/0")
    key = write(program)

    with program.app_context():
        jobs.queue_message(key)
        jobs.send_messages()

    assert len(messages(program)) == 1
