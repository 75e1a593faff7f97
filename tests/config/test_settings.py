"""Settings: what is filled in, what is refused, and that no key leaks."""

import os
import secrets
import stat
import subprocess
import sys
from datetime import timedelta

import pytest
from pydantic import ValidationError

from config.settings import PROJECT, Settings, UnsafeSettings

SECRET = "d0c1b6a5f49e8372610fbeadc3925871"
KEY = "".join(f"{number * 7 % 256:02x}" for number in range(64))
SAFE = {
    "environment": "production",
    "secret_key": SECRET,
    "data_keys": f"k1:{KEY}",
    "public_url": "https://jxjy.example.gov.cn",
    "trusted_hosts": "jxjy.example.gov.cn",
}

UNSAFE = {
    "no secret key": ({"secret_key": ""}, "CE_SECRET_KEY is missing"),
    "short secret key": (
        {"secret_key": SECRET[:31]},
        "CE_SECRET_KEY is shorter than 32 characters",
    ),
    "sample secret key": (
        {"secret_key": f"change-me-{SECRET}"},
        "CE_SECRET_KEY looks like a sample",
    ),
    "repeated secret key": (
        {"secret_key": "abcd" * 10},
        "CE_SECRET_KEY looks like a sample",
    ),
    "no data key": ({"data_keys": ""}, "CE_DATA_KEYS is missing"),
    "sample data key": (
        {"data_keys": f"k1:{'00' * 64}"},
        "CE_DATA_KEYS holds a sample",
    ),
    "second data key is a sample": (
        {"data_keys": f"k1:{KEY},k0:{'ab' * 64}"},
        "CE_DATA_KEYS holds a sample",
    ),
    "no address for people": ({"public_url": ""}, "CE_PUBLIC_URL is missing"),
    "address of one machine": (
        {"public_url": "http://127.0.0.1:8000"},
        "CE_PUBLIC_URL is missing or leads to one machine only",
    ),
    "debug": ({"debug": "true"}, "CE_DEBUG is on"),
    "captcha off": ({"captcha_enabled": "false"}, "CE_CAPTCHA_ENABLED is off"),
    "demo accounts": ({"demo": "true"}, "CE_DEMO is on"),
    "mail to the console": (
        {"mail_sender": "console"},
        "CE_MAIL_SENDER is for a trial: use smtp or off",
    ),
    "short messages to a file": (
        {"sms_sender": "file"},
        "CE_SMS_SENDER is for a trial: use http or off",
    ),
    "mail without a server": (
        {"mail_sender": "smtp"},
        "CE_SMTP_HOST or CE_MAIL_FROM is missing",
    ),
    "mail in the open": (
        {
            "mail_sender": "smtp",
            "smtp_host": "mail.example.gov.cn",
            "mail_from": "a@example.gov.cn",
            "smtp_security": "none",
        },
        "CE_SMTP_SECURITY is none",
    ),
    "no gateway": ({"sms_sender": "http"}, "CE_SMS_URL is missing"),
    "gateway in the open": (
        {"sms_sender": "http", "sms_url": "http://sms.example.gov.cn/"},
        "CE_SMS_URL is not https",
    ),
    "no host": ({"trusted_hosts": " , "}, "CE_TRUSTED_HOSTS is empty"),
    "any host": ({"trusted_hosts": "*"}, "CE_TRUSTED_HOSTS holds a wildcard"),
    "any host of a domain": (
        {"trusted_hosts": "a.cn,*.example.gov.cn"},
        "CE_TRUSTED_HOSTS holds a wildcard",
    ),
}


def settings(tmp_path, **values):
    return Settings(_env_file=None, instance_path=tmp_path, **values)


def start_web_server(tmp_path, **values):
    """Read gunicorn's settings as the server does, in a process of its own."""
    environment = {f"CE_{name.upper()}": value for name, value in values.items()}
    environment |= {"CE_INSTANCE_PATH": str(tmp_path), "PATH": os.environ["PATH"]}
    return subprocess.run(
        [sys.executable, "-c", "import config.gunicorn; print('started')"],
        cwd=PROJECT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.requirement("AU-17")
@pytest.mark.parametrize("case", UNSAFE)
def test_start_in_production_is_refused(case, tmp_path):
    changes, reason = UNSAFE[case]

    result = start_web_server(tmp_path, **SAFE | changes)

    lines = result.stderr.splitlines()
    assert result.returncode == 1
    assert [line.startswith(f"refusing to start: {reason}") for line in lines] == [True]
    assert result.stdout == ""


@pytest.mark.requirement("AU-17")
def test_start_in_production_with_safe_settings(tmp_path):
    values = SAFE

    result = start_web_server(tmp_path, **values)

    assert (result.returncode, result.stdout, result.stderr) == (0, "started\n", "")


@pytest.mark.requirement("AU-17")
def test_refusal_names_every_reason(tmp_path):
    unsafe = settings(tmp_path, environment="production", debug=True, trusted_hosts="*")

    with pytest.raises(UnsafeSettings) as refusal:
        unsafe.refuse_unsafe()

    assert refusal.value.reasons == (
        "CE_SECRET_KEY is missing",
        "CE_DATA_KEYS is missing",
        "CE_DEBUG is on",
        "CE_PUBLIC_URL is missing or leads to one machine only: it is in every QR code",
        "CE_TRUSTED_HOSTS holds a wildcard; name each host",
    )


@pytest.mark.parametrize("environment", ["development", "testing"])
def test_unsafe_settings_outside_production_start(environment, tmp_path):
    loose = settings(
        tmp_path, environment=environment, debug=True, captcha_enabled=False
    )

    loose.refuse_unsafe()

    assert len(loose.secret_key.get_secret_value()) == 64
    assert list(loose.data_key_ring) == ["local"]


@pytest.mark.requirement("AU-17")
def test_production_makes_no_key(tmp_path):
    values = SAFE | {"secret_key": "", "data_keys": ""}

    made = settings(tmp_path, **values)

    assert made.secret_key.get_secret_value() == ""
    assert made.data_key_ring == {}
    assert list(tmp_path.iterdir()) == []


def test_local_keys_are_kept_and_readable_by_the_owner_only(tmp_path):
    first = settings(tmp_path)

    second = settings(tmp_path)

    modes = {
        path.name: stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()
    }
    assert modes == {"secret_key": 0o600, "data_key": 0o600}
    assert second.secret_key == first.secret_key
    assert second.data_key_ring == first.data_key_ring


def test_local_keys_differ_between_machines(tmp_path):
    here, there = tmp_path / "here", tmp_path / "there"

    keys = {settings(path).secret_key.get_secret_value() for path in (here, there)}

    assert len(keys) == 2


def test_first_data_key_is_the_one_that_encrypts(tmp_path):
    old, new = secrets.token_hex(64), secrets.token_hex(64)

    ring = settings(tmp_path, data_keys=f"new:{new}, old:{old}").data_key_ring

    assert list(ring.items()) == [
        ("new", bytes.fromhex(new)),
        ("old", bytes.fromhex(old)),
    ]


@pytest.mark.parametrize(
    ("keys", "reason"),
    [
        (KEY, "data key 1 must be written id:128 hex digits"),
        (f":{KEY}", "data key 1 must be written id:128 hex digits"),
        (f"k1:{KEY[:-2]}", "data key 1 must be written id:128 hex digits"),
        (f"k1:{KEY[:-2]}zz", "data key 1 must be written id:128 hex digits"),
        (f"k1:{KEY},k1:{KEY}", "data key 2 repeats the id k1"),
    ],
    ids=["no id", "empty id", "short", "no hex", "twice"],
)
def test_malformed_data_key_is_refused_without_telling_it(keys, reason, tmp_path):
    with pytest.raises(ValidationError) as refusal:
        settings(tmp_path, data_keys=keys)

    assert refusal.value.errors()[0]["msg"] == f"Value error, {reason}"
    assert KEY[:20] not in str(refusal.value)


def test_secrets_do_not_show_when_settings_are_printed(tmp_path):
    printed = repr(settings(tmp_path, **SAFE))

    assert [secret in printed for secret in (SECRET, KEY)] == [False, False]


def test_defaults_live_in_the_instance_folder(tmp_path):
    filled = settings(tmp_path)

    assert filled.database_url == f"sqlite:///{tmp_path}/app.sqlite3"
    assert filled.storage_url == f"file://{tmp_path}/uploads"
    assert filled.base_url == "http://127.0.0.1:8000"
    assert filled.redis_url is None


def test_session_limits_by_default(tmp_path):
    limits = settings(tmp_path)

    assert limits.session_idle == timedelta(minutes=30)
    assert limits.session_idle_admin == timedelta(minutes=15)
    assert limits.session_absolute == timedelta(hours=12)
    assert limits.sessions_per_account == 10


def test_environment_is_read(monkeypatch, tmp_path):
    monkeypatch.setenv("CE_PORT", "8123")
    monkeypatch.setenv("CE_TRUSTED_HOSTS", "a.cn, b.cn")
    monkeypatch.setenv("CE_STORAGE_OPTIONS", '{"key": "k"}')
    monkeypatch.setenv("CE_REDIS_URL", "")

    read = settings(tmp_path)

    assert read.port == 8123
    assert read.trusted_hosts == ("a.cn", "b.cn")
    assert read.storage_options == {"key": "k"}
    assert read.redis_url is None


def test_example_names_only_settings_that_exist():
    text = (PROJECT / ".env.example").read_text("utf-8")

    lines = [line for line in text.splitlines() if line.startswith("#CE_")]
    named = {line[4:].partition("=")[0].lower() for line in lines}

    assert named - set(Settings.model_fields) == set()


@pytest.mark.parametrize(
    ("environment", "chosen", "expected"),
    [
        ("production", None, True),
        ("production", False, False),
        ("development", None, False),
        ("testing", None, False),
        ("development", True, True),
    ],
)
def test_second_step_of_administrators_is_required_in_production(
    tmp_path, environment, chosen, expected
):
    settings = Settings(
        _env_file=None,
        instance_path=tmp_path,
        environment=environment,
        require_admin_totp=chosen,
    )

    assert settings.require_admin_totp is expected
