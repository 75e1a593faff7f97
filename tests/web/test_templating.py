"""A template is compiled for each language; what never changes is settled then."""

import pytest
from flask import Flask, render_template_string
from flask_babel import force_locale
from flask_babel.speaklater import LazyString
from jinja2 import DictLoader
from markupsafe import Markup, escape

from admin_app.web import i18n, templating
from admin_app.web.templating import PerLanguage, settled

PAGE = "{{ told('状态') }}|{{ told(word) }}|{{ told('状态', mark=mark) }}|{{ told('状态', mark='!') }}"


@pytest.fixture
def calls():
    return []


@pytest.fixture
def small(calls):
    """A program with one function that notes its calls, and the words of ours."""
    app = Flask("admin_app")
    app.jinja_environment = PerLanguage
    app.jinja_options = {"loader": DictLoader({"page.html": PAGE})}
    i18n.KeptBabel().init_app(app, default_locale=i18n.LOCALES["zh"])

    @settled
    def told(sentence, mark=""):
        calls.append(sentence + mark)
        return i18n.worded(sentence) + mark

    app.jinja_env.globals["told"] = told
    return app


def show(app, **values):
    return app.jinja_env.get_template("page.html").render(**values)


def test_call_with_constants_is_answered_once(small, calls):
    with small.test_request_context():
        first = show(small, word="单位", mark="?")
        again = show(small, word="单位", mark="?")

    assert first == again == "状态|单位|状态?|状态!"
    assert sorted(calls) == sorted(["状态", "状态!", *["单位", "状态?"] * 2])


def test_each_language_has_its_own(small):
    with small.test_request_context():
        chinese = show(small, word="单位", mark="")
        with force_locale("en"):
            english = show(small, word="单位", mark="")
        after = show(small, word="单位", mark="")

    assert (chinese, english) == ("状态|单位|状态|状态!", "Status|Unit|Status|Status!")
    assert after == chinese


def test_address_is_settled_unless_it_depends_on_the_page(small, monkeypatch):
    templating.init_app(small)
    small.add_url_rule("/there", endpoint="there", view_func=lambda: "")
    with small.test_request_context():
        page = small.jinja_env.from_string("{{ url_for('there', n=1) }}")
        relative = small.jinja_env.from_string("{{ url_for('.there') }}")
        monkeypatch.setattr(templating, "url_for", lambda *_, **__: "moved")
        shown = (page.render(), relative.render())

    assert shown == ("/there?n=1", "moved")


def test_what_a_constant_says_is_text(small):
    with small.test_request_context():
        shown = render_template_string("{{ told('<b>') }}|{{ '<i>' }}")

    assert shown == "&lt;b&gt;|&lt;i&gt;"


def test_values_are_escaped_unless_they_are_markup(small):
    class Drawn:
        def __html__(self):
            return "<u>"

    sign = "<b>\"&'"
    values = [sign, Markup(sign), LazyString(lambda: sign), Drawn(), None, 1]
    with small.test_request_context():
        source = "{% for each in values %}{{ each }}|{% endfor %}{{ missing }}"
        shown = render_template_string(source, values=values)

    assert shown == "".join(f"{escape(value)}|" for value in values)
    assert shown.startswith("&lt;b&gt;&#34;&amp;&#39;|<b>\"&'|")


def test_sentence_is_found_once_and_takes_its_values_each_time(small, monkeypatch):
    small.jinja_env.globals["_"] = i18n.worded
    source = "{{ _('第 %(n)s 版', n=number) }}"
    with small.test_request_context(), force_locale("en"):
        page = small.jinja_env.from_string(source)
        monkeypatch.setattr(i18n, "words_at_hand", lambda: pytest.fail("looked up"))
        shown = [page.render(number=number) for number in (1, "<2>")]

    assert shown == ["edition 1", "edition &lt;2&gt;"]


def test_lines_begin_without_indents(small):
    source = "<ul>\n    <li>a  b\n\n    </li>\n</ul>"

    with small.test_request_context():
        assert render_template_string(source) == "<ul>\n<li>a  b\n</li>\n</ul>"


def test_part_is_taken_in_once_and_keeps_its_names(small):
    parts = {
        "part.html": "{% set mine = 'inner' %}[{{ given }}{{ told('状态') }}{{ mine }}]",
        "blocks.html": "{% block own %}({{ given }}){% endblock %}",
    }
    small.jinja_env.loader = DictLoader(parts)
    page = (
        "{% set mine = 'outer' %}{% set given = 'a' %}{% include 'part.html' %}"
        "{% for given in 'bc' %}{% include 'part.html' %}{% endfor %}{{ mine }}"
        "{% include 'blocks.html' %}{% include 'none.html' ignore missing %}"
    )
    with small.test_request_context():
        drawn = small.jinja_env.from_string(page)
        del parts["part.html"]
        shown = drawn.render(given="z")

    assert shown == "[a状态inner][b状态inner][c状态inner]outer(a)"


def test_part_is_read_again_where_templates_may_change(small):
    parts = {"part.html": "before"}
    small.jinja_env.loader = DictLoader(parts)
    small.jinja_env.auto_reload = True
    with small.test_request_context():
        page = small.jinja_env.from_string("{% include 'part.html' %}")
        parts["part.html"] = "after"

        assert page.render() == "after"
