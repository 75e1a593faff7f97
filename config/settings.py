"""Every setting, typed, read from the environment (`CE_…`) and from `.env`."""

import os
import secrets
from datetime import timedelta
from functools import cached_property
from pathlib import Path
from typing import Annotated, Final, Literal, Self

from pydantic import Field, HttpUrl, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

PROJECT: Final = Path(__file__).resolve().parent.parent

SECRET_BYTES: Final = 32
DATA_KEY_BYTES: Final = 64
MEGABYTE: Final = 1024 * 1024

# A secret that was copied from an example or typed on a keyboard; compared in
# lower case with everything but letters and digits removed.
SAMPLE_WORDS: Final = (
    "changeme",
    "changethis",
    "devkey",
    "example",
    "insecure",
    "password",
    "placeholder",
    "replaceme",
    "sample",
    "secretkey",
    "yoursecret",
)
DISTINCT_CHARACTERS: Final = 12
TRIAL_SENDERS: Final = ("console", "file")
LOOPBACK: Final = ("localhost", "127.0.0.1", "::1")


class UnsafeSettings(SystemExit):
    """The program must not start; the message names every reason, one a line."""

    def __init__(self, reasons: list[str]) -> None:
        self.reasons = tuple(reasons)
        super().__init__("\n".join(f"refusing to start: {line}" for line in reasons))


class Settings(BaseSettings):
    """The settings of one process; business numbers are rows, not settings."""

    model_config = SettingsConfigDict(
        env_prefix="CE_",
        env_file=PROJECT / ".env",
        env_ignore_empty=True,
        extra="ignore",
        # A malformed key must not be printed.
        hide_input_in_errors=True,
        frozen=True,
    )

    environment: Literal["development", "testing", "production"] = "development"
    debug: bool = False
    demo: bool = False
    instance_path: Path = PROJECT / "instance"

    secret_key: SecretStr = SecretStr("")
    data_keys: SecretStr = SecretStr("")

    database_url: str = ""
    database_pool_size: Annotated[int, Field(ge=1)] = 10
    database_pooler: bool = False
    database_replica_url: str = ""
    replica_patience: timedelta = timedelta(seconds=5)
    statement_timeout: timedelta = timedelta(seconds=30)
    lock_timeout: timedelta = timedelta(seconds=5)
    idle_in_transaction_timeout: timedelta = timedelta(seconds=60)
    redis_url: str | None = None
    storage_url: str = ""
    storage_options: dict[str, object] = Field(default_factory=dict)
    audit_anchor_path: Path = Path()

    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=1, le=65535)] = 8000
    public_url: HttpUrl | None = None
    trusted_hosts: Annotated[tuple[str, ...], NoDecode] = ("localhost", "127.0.0.1")
    proxy_hops: Annotated[int, Field(ge=0, le=5)] = 0
    workers: Annotated[int, Field(ge=1)] = 2
    threads: Annotated[int, Field(ge=1)] = 4
    worker_requests: Annotated[int, Field(ge=0)] = 4_000
    request_timeout: timedelta = timedelta(seconds=60)
    max_content_length: Annotated[int, Field(ge=MEGABYTE)] = 32 * MEGABYTE

    captcha_enabled: bool = True
    require_admin_totp: bool | None = None
    reset_second_proof: bool = False
    session_idle: timedelta = timedelta(minutes=30)
    session_idle_admin: timedelta = timedelta(minutes=15)
    session_absolute: timedelta = timedelta(hours=12)
    sessions_per_account: Annotated[int, Field(ge=1)] = 10

    mail_sender: Literal["", "console", "file", "smtp", "off"] = ""
    sms_sender: Literal["", "console", "file", "http", "off"] = ""
    message_folder: Path = Path()
    message_timeout: timedelta = timedelta(seconds=10)
    message_authorities: Path | None = None
    mail_from: str = ""
    smtp_host: str = ""
    smtp_port: Annotated[int, Field(ge=1, le=65535)] = 587
    smtp_security: Literal["starttls", "tls", "none"] = "starttls"
    smtp_user: str = ""
    smtp_password: SecretStr = SecretStr("")
    sms_url: HttpUrl | None = None
    sms_format: Literal["json", "form"] = "json"
    sms_fields: dict[str, str] = Field(
        default_factory=lambda: {"mobile": "{mobile}", "content": "{text}"}
    )
    sms_headers: dict[str, SecretStr] = Field(default_factory=dict)
    sms_success: str = ""

    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    log_json: bool = False

    @field_validator("trusted_hosts", mode="before")
    @classmethod
    def _split_hosts(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(host.strip() for host in value.split(",") if host.strip())
        return value

    @field_validator("data_keys")
    @classmethod
    def _check_data_keys(cls, value: SecretStr) -> SecretStr:
        _parse_data_keys(value.get_secret_value())
        return value

    @model_validator(mode="after")
    def _fill_from_instance(self) -> Self:
        """Complete what depends on the instance folder or on another setting."""
        filled: dict[str, object] = {}
        if not self.database_url:
            database = self.instance_path / "app.sqlite3"
            filled["database_url"] = f"sqlite:///{database}"
        if not self.storage_url:
            filled["storage_url"] = (self.instance_path / "uploads").as_uri()
        if self.audit_anchor_path == Path():
            filled["audit_anchor_path"] = self.instance_path / "audit-anchors.log"
        if self.public_url is None:
            filled["public_url"] = HttpUrl(f"http://{self.host}:{self.port}")
        if self.message_folder == Path():
            filled["message_folder"] = self.instance_path / "messages"
        filled |= self._usual()
        if self.environment != "production":
            filled |= self._local_keys()
        # The model is frozen for everybody else.
        for name, value in filled.items():
            object.__setattr__(self, name, value)
        return self

    def _usual(self) -> dict[str, object]:
        """Return what is usual in this environment, where nothing was chosen."""
        usual: dict[str, object] = {
            sender: "off" if self.is_production else "console"
            for sender in ("mail_sender", "sms_sender")
            if not getattr(self, sender)
        }
        if self.require_admin_totp is None:
            usual["require_admin_totp"] = self.is_production
        return usual

    def _local_keys(self) -> dict[str, object]:
        filled: dict[str, object] = {}
        if not self.secret_key.get_secret_value():
            secret = _kept_secret(self.instance_path / "secret_key", SECRET_BYTES)
            filled["secret_key"] = SecretStr(secret)
        if not self.data_keys.get_secret_value():
            key = _kept_secret(self.instance_path / "data_key", DATA_KEY_BYTES)
            filled["data_keys"] = SecretStr(f"local:{key}")
        return filled

    @property
    def is_production(self) -> bool:
        """Whether real people's data are served."""
        return self.environment == "production"

    @property
    def is_sqlite(self) -> bool:
        """Whether the database is one file on this machine."""
        return self.database_url.startswith("sqlite")

    @cached_property
    def data_key_ring(self) -> dict[str, bytes]:
        """The keys of encrypted columns by id; the first one encrypts."""
        return _parse_data_keys(self.data_keys.get_secret_value())

    @property
    def base_url(self) -> str:
        """The address in printed links and QR codes, without a closing slash."""
        return str(self.public_url).rstrip("/")

    def refuse_unsafe(self) -> None:
        """Raise `UnsafeSettings` where production would start unprotected."""
        if self.is_production and (reasons := self._unsafe()):
            raise UnsafeSettings(reasons)

    def _unsafe(self) -> list[str]:
        secret = self.secret_key.get_secret_value()
        dangers = {
            "CE_SECRET_KEY is missing": not secret,
            f"CE_SECRET_KEY is shorter than {SECRET_BYTES} characters": (
                0 < len(secret) < SECRET_BYTES
            ),
            "CE_SECRET_KEY looks like a sample; generate one with "
            "`python -c 'import secrets; print(secrets.token_hex(32))'`": (
                len(secret) >= SECRET_BYTES and _looks_like_a_sample(secret)
            ),
            "CE_DATA_KEYS is missing": not self.data_key_ring,
            "CE_DATA_KEYS holds a sample key": any(
                _is_sample_key(key) for key in self.data_key_ring.values()
            ),
            "CE_DEBUG is on": self.debug,
            "CE_CAPTCHA_ENABLED is off": not self.captcha_enabled,
            "CE_DEMO is on: demo accounts have public passwords": self.demo,
            "CE_PUBLIC_URL is missing or leads to one machine only: it is in every QR code": (
                self.public_url is None or self.public_url.host in LOOPBACK
            ),
            "CE_TRUSTED_HOSTS is empty": not self.trusted_hosts,
            "CE_TRUSTED_HOSTS holds a wildcard; name each host": any(
                "*" in host for host in self.trusted_hosts
            ),
        }
        dangers |= self._unsafe_senders()
        return [reason for reason, present in dangers.items() if present]

    def _unsafe_senders(self) -> dict[str, bool]:
        """Return what would show codes to others, or send them nowhere."""
        by_mail, by_sms = self.mail_sender == "smtp", self.sms_sender == "http"
        is_near = self.smtp_host in LOOPBACK
        gateway = str(self.sms_url or "")
        return {
            "CE_MAIL_SENDER is for a trial: use smtp or off": (
                self.mail_sender in TRIAL_SENDERS
            ),
            "CE_SMS_SENDER is for a trial: use http or off": (
                self.sms_sender in TRIAL_SENDERS
            ),
            "CE_SMTP_HOST or CE_MAIL_FROM is missing": (
                by_mail and not (self.smtp_host and self.mail_from)
            ),
            "CE_SMTP_SECURITY is none: mail would travel in the open": (
                by_mail and self.smtp_security == "none" and not is_near
            ),
            "CE_SMS_URL is missing": by_sms and not gateway,
            "CE_SMS_URL is not https: messages would travel in the open": (
                by_sms and gateway.startswith("http:")
            ),
        }


def _parse_data_keys(text: str) -> dict[str, bytes]:
    ring: dict[str, bytes] = {}
    for position, item in enumerate(filter(None, text.split(",")), start=1):
        name, colon, digits = item.strip().partition(":")
        try:
            key = bytes.fromhex(digits)
        except ValueError:
            key = b""
        # The key itself must not get into a message.
        if not (name and colon) or len(key) != DATA_KEY_BYTES:
            sentence = f"data key {position} must be written id:{2 * DATA_KEY_BYTES} hex digits"
            raise ValueError(sentence)
        if name in ring:
            sentence = f"data key {position} repeats the id {name}"
            raise ValueError(sentence)
        ring[name] = key
    return ring


def _looks_like_a_sample(secret: str) -> bool:
    plain = "".join(filter(str.isalnum, secret.lower()))
    few = len(set(secret)) < DISTINCT_CHARACTERS
    return few or any(word in plain for word in SAMPLE_WORDS)


def _is_sample_key(key: bytes) -> bool:
    return len(set(key)) < DISTINCT_CHARACTERS


def _kept_secret(path: Path, size: int) -> str:
    """Return the secret in the file, made on the first call, even by two at once."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        draft = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w") as file:
            file.write(secrets.token_hex(size))
        try:
            # A link appears whole or not at all, and the first one stays.
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text().strip()
