"""Which fields a layout may name, and what the shipped ones say of themselves."""

import shutil
import tomllib

import pytest

from admin_app.documents.certificate_page import printed_fields, row_fields
from admin_app.documents.layouts import (
    DRAWN,
    LAYOUTS_DIR,
    PRINTED,
    PRINTED_IN_ROW,
    read_layout,
    shipped_layout,
)
from admin_app.documents.placeholders import WrongPlaceholder
from tests.documents.specimens import ROWS, certificate

LAYOUTS = sorted(path.name for path in LAYOUTS_DIR.iterdir() if path.is_dir())


def test_every_field_that_may_be_named_is_printed():
    printed = printed_fields(certificate()), row_fields(ROWS[0])

    assert (set(printed[0]), set(printed[1])) == (PRINTED, PRINTED_IN_ROW)
    assert set() == PRINTED & DRAWN


@pytest.mark.parametrize("name", LAYOUTS)
def test_shipped_layout_names_some_of_the_fields(name):
    layout = shipped_layout(name)

    assert {"姓名", "证书编号", "学时表"} <= set(layout.page.names)
    assert set(layout.row.names) == PRINTED_IN_ROW


@pytest.mark.parametrize(
    ("file", "planted"), [("page.html", "科目类别"), ("row.html", "姓名")]
)
def test_layout_that_names_no_field_of_it_is_not_loaded(file, planted, tmp_path):
    folder = tmp_path / "layout"
    shutil.copytree(LAYOUTS_DIR / LAYOUTS[0], folder)
    text = (folder / file).read_text("utf-8")
    (folder / file).write_text(f"{text}\n <b>{{{{{planted}}}}}</b>", "utf-8")

    with pytest.raises(WrongPlaceholder) as refused:
        read_layout(folder)

    lines = text.count("\n") + 2
    assert (refused.value.name, refused.value.line, refused.value.column) == (
        planted,
        lines,
        5,
    )


@pytest.mark.parametrize("name", LAYOUTS)
def test_shipped_layout_says_what_it_is(name):
    meta = tomllib.loads((LAYOUTS_DIR / name / "meta.toml").read_text("utf-8"))

    assert sorted(meta) == ["name", "name_en", "orientation", "page_size", "version"]
