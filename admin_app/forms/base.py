"""The form that every form of ours is: it speaks the language of the page."""

from collections.abc import Sequence
from typing import Any

from flask_babel import get_locale
from wtforms import Form
from wtforms.i18n import get_translations


class LocalForm(Form):
    """A form whose built-in messages are in the person's language."""

    class Meta:
        cache_translations = False

        def get_translations(self, _form: Form) -> Any:
            """Return WTForms' own words in the language of the page."""
            locale = get_locale()
            wanted: Sequence[str] = [locale.language if locale else "zh"]
            return get_translations(wanted)
