"""The shipped learning forms, as the rules read them."""

from functools import cache

import yaml

from admin_app.rules.field_specs import from_mapping
from config.settings import PROJECT

SHIPPED = PROJECT / "seed/reference/learning_forms.yaml"


@cache
def shipped():
    """Return the file of the shipped learning forms."""
    return yaml.safe_load(SHIPPED.read_text("utf-8"))


def fields_of(code):
    """Return the field records of a shipped form."""
    form = next(form for form in shipped()["forms"] if form["code"] == code)
    return [
        from_mapping(field, option_sets=shipped()["option_sets"])
        for field in form["fields"]
    ]
