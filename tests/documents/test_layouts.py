"""What a layout may contain: closed placeholders, escaped values (IN-06)."""

import tomllib

import pytest

from admin_app.documents.certificate_page import printed_fields, row_fields
from admin_app.documents.layouts import (
    LAYOUTS_DIR,
    UnknownPlaceholder,
    fill,
    shipped_layout,
    unknown_placeholders,
)
from tests.documents.specimens import ROWS, certificate

MARKUP = {"学时表", "二维码", "演示标记"}
LAYOUTS = sorted(path.name for path in LAYOUTS_DIR.iterdir() if path.is_dir())


@pytest.mark.parametrize(
    ("template", "filled"),
    [
        ("{{姓名}}", "李&lt;雷&gt;"),
        ("{{ 姓名 }}。", "李&lt;雷&gt;。"),
        ("{{年度}}{{年度}}", "{{姓名}}{{姓名}}"),
        ("{姓名} { {姓名}", "{姓名} { {姓名}"),
        ("{{表}}", "<tr></tr>"),
        ("{{姓名}}}", "李&lt;雷&gt;}"),
        ("没有", "没有"),
    ],
)
def test_fill(template, filled):
    values = {"姓名": "李<雷>", "年度": "{{姓名}}"}

    assert fill(template, values, markup={"表": "<tr></tr>"}) == filled


@pytest.mark.parametrize(
    "name",
    [
        "密码",
        "",
        "姓名.__class__",
        "姓名|upper",
        "7*7",
        "''.__class__.__mro__",
        "self",
        "config.items()",
    ],
)
def test_anything_but_a_field_is_refused(name):
    template = "{{" + name + "}}"

    with pytest.raises(UnknownPlaceholder):
        fill(template, {"姓名": "李"})


@pytest.mark.parametrize("name", LAYOUTS)
def test_shipped_layout_names_known_fields_only(name):
    layout = shipped_layout(name)
    fields = {*printed_fields(certificate()), *MARKUP}

    unknown = unknown_placeholders(layout.page, fields)
    unknown += unknown_placeholders(layout.row, set(row_fields(ROWS[0])))

    assert unknown == []


@pytest.mark.parametrize("name", LAYOUTS)
def test_shipped_layout_says_what_it_is(name):
    meta = tomllib.loads((LAYOUTS_DIR / name / "meta.toml").read_text("utf-8"))

    assert sorted(meta) == ["name", "name_en", "orientation", "page_size", "version"]
