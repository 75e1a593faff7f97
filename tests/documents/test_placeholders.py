"""A template is text and fields of a closed list; nothing in it is evaluated."""

import re
from contextlib import suppress
from html import escape, unescape
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from admin_app.documents import placeholders
from admin_app.documents.placeholders import WrongPlaceholder, parse

VALUES = {"姓名": "李<雷>", "年度": "{{姓名}}", "单位": "{% if 1 %}&amp;"}
TABLE = {"表": "<tr></tr>"}
FIELDS = {*VALUES, *TABLE}


def filled(source):
    return parse(source, FIELDS).fill(VALUES, markup=TABLE)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("{{姓名}}", "李&lt;雷&gt;"),
        ("{{ 姓名 }}。", "李&lt;雷&gt;。"),
        ("{{年度}}{{年度}}", "{{姓名}}{{姓名}}"),
        ("{{单位}}", "{% if 1 %}&amp;amp;"),
        ("{姓名} { {姓名}", "{姓名} { {姓名}"),
        ("a{color:red}@media{b{c:d}}", "a{color:red}@media{b{c:d}}"),
        ("{{表}}", "<tr></tr>"),
        ("{{姓名}}}", "李&lt;雷&gt;}"),
        ("没有", "没有"),
        ("", ""),
    ],
)
def test_fill(source, expected):
    assert filled(source) == expected


# Payloads for Jinja, Mako, Twig, Freemarker, Velocity, format and their like.
INSIDE = [
    *("密码", "", "self", "7*7", "'7'*7", "姓名.__class__", "姓名|upper", "姓名()"),
    *("姓名[0]", "姓名!r", "姓名:>9", "姓名 or 1", "姓名,年度", "姓 名", "_", "年度_"),
    *("''.__class__.__mro__[1].__subclasses__()", "config.items()", "request"),
    *("lipsum.__globals__['os'].popen('id').read()", "cycler.__init__", "0"),
    *("get_flashed_messages.__globals__", "dict(a=1)", "loop.index", "caller()"),
    *("constructor.constructor('return 1')()", "#this", "$smarty.version"),
    *("_self.env.registerUndefinedFilterCallback('exec')", "app.request", "//"),
    *("'freemarker.template.utility.Execute'?new()('id')", "range.constructor"),
    *("姓名\x00", "＿", "姓名\u200b", "\u202e名姓", "姓\n名", "<b>姓名</b>"),
]
AROUND = [
    *("{% for x in 姓名 %}", "{%raw%}{{姓名}}{%endraw%}", "{# 姓名 #}", "{{", "{{姓名"),
    *("{{姓名}", "{{{姓名}}}", "{{ {{姓名}} }}", "{{姓名{{年度}}", "{%", "{#"),
]
# No language of ours begins so: it is text, and printed as it stands.
TEXT = [
    *("${7*7}", "#{7*7}", "<%= 7*7 %>", "@(7*7)", "*{7*7}", "[[7*7]]", "%(姓名)s"),
    *("{0.__class__}", "{姓名.__class__}", "$(id)", "`id`", "#set($x=7*7)$x", "~{7}"),
]


@pytest.mark.parametrize("name", INSIDE)
def test_anything_but_a_field_is_refused_by_name(name):
    with pytest.raises(WrongPlaceholder) as refused:
        parse("第一行\n甲{{" + name + "}}", FIELDS)

    told = (refused.value.name, refused.value.line, refused.value.column)
    assert told == (name.strip()[:40], 2, 2)


@pytest.mark.parametrize("source", AROUND)
def test_anything_but_placeholders_in_braces_is_refused(source):
    with pytest.raises(WrongPlaceholder):
        parse(source, FIELDS)


@pytest.mark.parametrize("source", TEXT)
def test_other_languages_are_text(source):
    assert filled(source) == source


PIECES = st.sampled_from(
    [
        "{{",
        "}}",
        "{",
        "}",
        "{%",
        "{#",
        "姓名",
        "{{姓名}}",
        "{{ 年度 }}",
        "{{表}}",
        "|",
        "\n",
    ]
)


@given(st.lists(PIECES | st.text(max_size=5)).map("".join))
def test_result_is_the_text_with_values_of_listed_fields_or_a_refusal(source):
    try:
        template = parse(source, FIELDS)
    except WrongPlaceholder:
        return

    assert set(template.names) <= FIELDS
    assert not any("{{" in text or "{%" in text for text in template.texts)
    assert filled(source) == "".join(
        part
        for text, name in zip(template.texts, (*template.names, None), strict=True)
        for part in (text, TABLE.get(name, escape(VALUES.get(name, ""))))
    )


@given(st.text())
def test_any_value_is_put_in_as_text(value):
    result = parse("<b>{{姓名}}</b>", {"姓名"}).fill({"姓名": value})

    inside = result.removeprefix("<b>").removesuffix("</b>")
    assert unescape(inside) == value or "&" in value
    assert "<" not in inside


def seconds(source):
    """The least processor time of a few readings: noise only adds."""
    taken = []
    for _round in range(5):
        begun = process_time()
        with suppress(WrongPlaceholder):
            filled(source)
        taken.append(process_time() - begun)
    return min(taken)


SHAPES = ["{{姓名}}", "{{姓名}} 文字 ", "{ { 姓名 } }", "}}", "{姓名", "{{姓名}}{"]
LEFT_OPEN = ["{{", "{{姓名", "{{{", "{{ ", "{{\n"]


@pytest.mark.parametrize("shape", SHAPES + LEFT_OPEN)
def test_time_grows_with_the_length_and_no_faster(shape):
    thousand, hundred_thousand = seconds(shape * 1_000), seconds(shape * 100_000)

    assert hundred_thousand < 1
    assert hundred_thousand < 400 * max(thousand, 1e-5)


@pytest.mark.parametrize("shape", LEFT_OPEN)
def test_a_grammar_that_looks_again_and_again_is_found(shape, monkeypatch):
    monkeypatch.setattr(placeholders, "TOKEN", re.compile(r"\{\{(.*?)\}\}", re.DOTALL))

    assert seconds(shape * 2_000) > 20 * seconds(shape * 250)
