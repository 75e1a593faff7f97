"""Which certificate layouts are shipped, and which fields may they name?"""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from admin_app.documents.placeholders import Template, parse

LAYOUTS_DIR: Final = Path(__file__).parent / "layouts"

PRINTED: Final = frozenset(
    {
        *("证书编号", "姓名", "身份证号码", "工作单位", "职称", "年度"),
        *("发证机关", "发证日期", "查验网址"),
    }
)
"""The fields of the page; their values are escaped."""
DRAWN: Final = frozenset({"学时表", "二维码", "演示标记"})
"""What the page shows of our own making."""
PRINTED_IN_ROW: Final = frozenset({"科目类别", "已获学时", "应修学时", "计量单位"})
"""The fields of the row that repeats inside the page."""


@dataclass(frozen=True)
class Layout:
    """One layout's parts: the page, the row that repeats inside it, and the style."""

    folder: Path
    page: Template
    row: Template
    style: str


@cache
def shipped_layout(name: str) -> Layout:
    """The layout of that name from the shipped folders; KeyError if there is none."""
    known = {path.name: path for path in LAYOUTS_DIR.iterdir() if path.is_dir()}
    return read_layout(known[name])


def read_layout(folder: Path) -> Layout:
    """The layout in the folder; WrongPlaceholder if it names what is no field."""
    return Layout(
        folder=folder,
        page=parse((folder / "page.html").read_text("utf-8"), PRINTED | DRAWN),
        row=parse((folder / "row.html").read_text("utf-8"), PRINTED_IN_ROW),
        style=(folder / "page.css").read_text("utf-8"),
    )
