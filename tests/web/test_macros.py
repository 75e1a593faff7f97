"""The macros tie label, help and error of a field together and escape what they show."""

import enum
from pathlib import Path

import pytest
from jinja2 import Environment, FileSystemLoader
from markupsafe import Markup
from werkzeug.datastructures import MultiDict
from wtforms import Form, PasswordField, RadioField, SelectField, StringField
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired

from admin_app.views.tones import tone_of

TEMPLATES = Path(__file__).resolve().parents[2] / "admin_app" / "templates"


class State(enum.Enum):
    approved = "审核通过"
    rejected = "<b>审核不通过</b>"


class Applicant(Form):
    name = StringField(
        "姓名", [InputRequired("请填写姓名")], description="与身份证一致"
    )
    password = PasswordField("密码")
    sex = RadioField("性别", choices=[SelectChoice("1", "男"), SelectChoice("2", "女")])
    level = SelectField("单位级别", choices=[SelectChoice(str(n)) for n in range(3)])
    nation = SelectField("民族", choices=[SelectChoice(str(n)) for n in range(56)])


@pytest.fixture
def show():
    def gettext(sentence, **values):
        return sentence % values if values else sentence

    environment = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True)
    environment.globals.update(
        _=gettext,
        csrf_token=lambda: "token",
        asset=lambda name: f"/static/{name}",
        icon=lambda name, label="": Markup(f'<svg aria-label="{label}"></svg>'),
        tone_of=tone_of,
    )

    def render(source, **values):
        return environment.from_string(source).render(**values)

    return render


FIELD = "{% from 'macros/forms.html' import field %}{{ field(f) }}"


def test_field_with_error_names_help_and_error(show):
    form = Applicant(MultiDict({"name": ""}))
    form.validate()

    shown = show(FIELD, f=form.name)

    assert 'aria-describedby="name-help name-error"' in shown
    assert 'aria-invalid="true"' in shown
    assert '<div class="form-hint" id="name-help">与身份证一致</div>' in shown
    assert '<div class="field-error" id="name-error">请填写姓名</div>' in shown


def test_field_without_error_is_not_marked(show):
    shown = show(FIELD, f=Applicant().name)

    assert "aria-invalid" not in shown
    assert 'aria-describedby="name-help"' in shown


def test_what_was_typed_is_escaped(show):
    form = Applicant(MultiDict({"name": '"><script>alert(1)</script>'}))

    shown = show(FIELD, f=form.name)

    assert "<script>" not in shown
    assert "&lt;script&gt;" in shown


@pytest.mark.parametrize(("name", "searchable"), [("level", False), ("nation", True)])
def test_long_select_becomes_searchable(show, name, searchable):
    shown = show(FIELD, f=Applicant()[name])

    assert ("data-tom-select" in shown) is searchable


def test_error_summary_links_to_each_field(show):
    form = Applicant(MultiDict({"name": "", "level": "9"}))
    form.validate()

    shown = show(
        "{% from 'macros/forms.html' import error_summary %}{{ error_summary(form) }}",
        form=form,
    )

    assert [part.split('"')[0] for part in shown.split('<a href="')[1:]] == [
        f"#{name}" for name in form.errors
    ]


@pytest.mark.parametrize(
    ("state", "html"),
    [
        (State.approved, '<span class="state state-green">审核通过</span>'),
        (
            State.rejected,
            '<span class="state state-red">&lt;b&gt;审核不通过&lt;/b&gt;</span>',
        ),
        (None, ""),
    ],
)
def test_state_badge_shows(show, state, html):
    shown = show(
        "{% from 'macros/list.html' import state_badge %}{{ state_badge(state) }}",
        state=state,
    )

    assert shown == html


def test_sorted_column_says_so(show):
    columns = [
        {"label": "姓名", "sort_url": "?sort=1", "sorted": "desc"},
        {"label": "单位"},
    ]

    shown = show(
        "{% from 'macros/list.html' import table %}"
        "{% call table(columns, '名单') %}{% endcall %}",
        columns=columns,
    )

    assert shown.count("aria-sort") == 1
    assert 'aria-sort="descending"' in shown


def test_captcha_switched_off_prints_nothing(show):
    shown = show(
        "{% from 'macros/captcha.html' import captcha %}{{ captcha(none, '/c') }}"
    )

    assert shown == ""
