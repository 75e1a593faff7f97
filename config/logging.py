"""Structured logs: one line per event, a request id in each, no personal numbers."""

import logging
import logging.config
import re
import sys
from contextvars import ContextVar
from typing import Any, Final

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from config.settings import Settings

request_id: Final[ContextVar[str]] = ContextVar("request_id", default="-")
"""The id of the request or job that this task serves."""

# Wider than a valid number on purpose: a mistyped one is personal as well. The
# neighbours are letters or digits, so that hashes and hex ids stay readable.
_ID_NUMBER: Final = re.compile(r"(?<![0-9A-Za-z])\d{17}[0-9Xx](?![0-9A-Za-z])")
_MOBILE: Final = re.compile(r"(?<![0-9A-Za-z])1[3-9]\d{9}(?![0-9A-Za-z])")
_MAIL: Final = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_LINE_BREAKS: Final = re.compile(r"[\r\n\x00-\x08\x0b-\x1f\x7f\x85\u2028\u2029]+")


def mask(text: str) -> str:
    """Return the text without ID-card numbers, mobile numbers and mail addresses."""
    text = _ID_NUMBER.sub("[id-number]", text)
    text = _MOBILE.sub("[mobile]", text)
    return _MAIL.sub("[mail]", text)


def set_up_logging(settings: Settings) -> None:
    """Send every logger, ours and the libraries', through one masked formatter."""
    logging.config.dictConfig(log_config(settings))
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *_shared(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )


def log_config(settings: Settings) -> dict[str, Any]:
    """The same set-up as a dictionary, for programs that configure logging alone."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "line": {
                "()": structlog.stdlib.ProcessorFormatter,
                "foreign_pre_chain": _shared(),
                "processors": [
                    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    *_renderers(settings),
                ],
            }
        },
        "handlers": {
            "stderr": {
                "class": "logging.StreamHandler",
                "formatter": "line",
                "stream": "ext://sys.stderr",
            }
        },
        "root": {"handlers": ["stderr"], "level": settings.log_level},
        "loggers": {
            name: {"handlers": [], "level": "INFO", "propagate": True}
            for name in ("gunicorn.error", "werkzeug", "huey")
        }
        # It would write addresses with all that was searched for (PR-03).
        | {"gunicorn.access": {"level": "CRITICAL", "handlers": []}}
        # It tells each of its plug-ins at every start.
        | {"alembic.runtime.plugins": {"level": "WARNING"}},
    }


def _shared() -> list[Processor]:
    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _add_request_id,
        structlog.processors.StackInfoRenderer(),
        structlog.processors.format_exc_info,
        _mask_values,
    ]


def _renderers(settings: Settings) -> list[Processor]:
    if settings.log_json:
        return [_one_line, structlog.processors.JSONRenderer(ensure_ascii=False)]
    colors = settings.environment == "development" and sys.stderr.isatty()
    return [_one_line, structlog.dev.ConsoleRenderer(colors=colors)]


def _add_request_id(
    _logger: WrappedLogger, _method: str, event: EventDict
) -> EventDict:
    event.setdefault("request_id", request_id.get())
    return event


def _mask_values(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    # Keys with an underscore belong to structlog and are dropped before rendering.
    return {
        key: value if key.startswith("_") else _masked(value)
        for key, value in event.items()
    }


def _masked(value: object) -> object:
    if isinstance(value, bool | float | None):
        return value
    if isinstance(value, dict):
        return {key: _masked(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_masked(item) for item in value]
    text = mask(str(value))
    # A number stays a number unless it was one that names a person.
    return value if isinstance(value, int) and text == str(value) else text


def _one_line(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    # A forged line break must not look like a second event.
    return {
        key: _LINE_BREAKS.sub(" ", value)
        if isinstance(value, str) and key != "exception"
        else value
        for key, value in event.items()
    }
