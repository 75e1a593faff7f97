"""Which language a page speaks: Chinese, unless the person chose English."""

from collections.abc import Mapping
from functools import cached_property
from typing import Any, Final

from babel import Locale
from flask import Flask, Response, g, has_request_context, request
from flask_babel import (
    Babel,
    Domain,
    force_locale,
    get_locale,
    get_translations,
    gettext,
)
from flask_babel.speaklater import LazyString
from typing_extensions import override

from admin_app.rules.days import SHANGHAI
from admin_app.web import sessions
from admin_app.web.templating import babel_place, known, settled

LOCALES: Final = {"zh": Locale.parse("zh_Hans_CN"), "en": Locale.parse("en")}
"""Our names, and what the libraries know the languages by: made once for all requests."""
COOKIE: Final = "locale"
A_YEAR: Final = 365 * 24 * 3600


class Catalogues(Domain):  # type: ignore[misc] # Flask-Babel ships no types
    """The words of each language, read once a process and found once a request.

    The original reads them once a request, and works out the name of the language for
    each word: a third of the time of a list.
    """

    def __init__(self) -> None:
        """Start without words."""
        super().__init__()
        self._kept: dict[str, Any] = {}

    @override
    def get_translations(self) -> Any:
        """Return the words of this request's language."""
        found = words_at_hand()
        if found is None:
            locale = get_locale()
            found = self._kept.get(str(locale)) or super().get_translations()
            if locale is not None:
                self._kept[str(locale)] = found
                g._flask_babel.babel_translations = found  # noqa: SLF001 (its own place)
        return found


class KeptBabel(Babel):  # type: ignore[misc]
    """Flask-Babel with one set of catalogues for the process."""

    @cached_property
    def domain_instance(self) -> Domain:
        """The catalogues that every request looks into."""
        return Catalogues()


def init_app(app: Flask) -> None:
    """Let Flask-Babel ask us for the language and show Henan's time."""
    KeptBabel().init_app(
        app,
        default_locale=LOCALES["zh"],
        default_timezone=SHANGHAI.key,
        locale_selector=lambda: LOCALES[current_locale()],
    )
    app.context_processor(lambda: {"locale": current_locale()})
    app.jinja_env.globals["name_of"] = name_of
    # As the extension does it, without its two detours through the context.
    app.jinja_env.globals.update(_=worded, gettext=worded)


@settled
def worded(sentence: str, /, **values: object) -> str:
    """Return a sentence in the language of the page; it is text, not markup.

    It is Flask-Babel's `gettext` at a tenth of its time, for what is said row by row.
    """
    told: str = (words_at_hand() or get_translations()).gettext(sentence)
    return told % values if values else told


def lazily(sentence: str) -> LazyString:
    """Return what says a sentence in the language of the page that shows it."""
    return LazyString(worded, sentence)


def words_at_hand() -> Any:
    """Return the words of this request's language, once they have been found."""
    return getattr(babel_place(), "babel_translations", None)


def current_locale() -> str:
    """Return 'zh' or 'en': this browser's choice, else the account's."""
    if not has_request_context():
        return "zh"
    locale: str | None = known("locale")
    if locale is None:
        chosen = request.cookies.get(COOKIE) or sessions.current().locale
        locale = g.locale = chosen if chosen in LOCALES else "zh"
    return locale


def name_of(row: Any) -> str:
    """Return the name of a row in the language of the page, where it has one there."""
    english = getattr(row, "name_en", "") if current_locale() == "en" else ""
    return str(english or row.name)


def remember_locale(response: Response, locale: str) -> None:
    """Let this browser speak `locale` from now on; unknown ones change nothing.

    The caller stores it in the account as well where somebody is signed in.
    """
    if locale in LOCALES:
        response.set_cookie(
            COOKIE,
            locale,
            max_age=A_YEAR,
            samesite="Lax",
            httponly=True,
            secure=request.is_secure,
        )


def in_language(locale: str, sentence: str, values: Mapping[str, object]) -> str:
    """Return a sentence with its values in the language of who reads it elsewhere."""
    with force_locale(LOCALES[locale]):
        return translate_sentence(sentence, values)


def translate_sentence(sentence: str, values: Mapping[str, object]) -> str:
    """Return a sentence with its values in the language of the page."""
    told = {name: _translated(value) for name, value in values.items()}
    return str(gettext(sentence, **told))


def _translated(value: object) -> object:
    # Values may be words of ours (a state, a kind): names of people stay as they are,
    # because no catalogue holds them.
    return gettext(value) if isinstance(value, str) and value else value
