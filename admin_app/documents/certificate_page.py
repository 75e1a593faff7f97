"""How a certificate's page is laid out; runs inside the limited child process."""

import json
from datetime import date
from io import BytesIO
from typing import Any

from pypdf import PdfWriter
from pypdf.generic import DecodedStreamObject
from xhtml2pdf import pisa
from xhtml2pdf.config.resources import ResourceAccessPolicy

from admin_app.documents import xhtml2pdf_patches
from admin_app.documents.certificate import CertificateValues, HoursRow
from admin_app.documents.fonts import FONTS_DIR, faces_for, font_face_css
from admin_app.documents.layouts import Layout, shipped_layout
from admin_app.documents.qr import qr_data_uri

SOFT_LIMIT_SECONDS = 10
DEEPEST_NESTING = 50
# More cannot be printed on one page; it is refused before it costs time.
LONGEST_FIELD = 200
MOST_ROWS = 12
DEMO_MARK = "演示"
PRODUCER = "Henan Continuing Education Platform"
# Lines break between any two hanzi and not only at spaces.
BASE_CSS = "html { -pdf-word-wrap: CJK; font-family: Song, RareB, RareC; }"

xhtml2pdf_patches.apply()


class PageRefused(ValueError):  # noqa: N818 - as DocumentFailed
    """The values do not make a page of this layout."""


def page_job(task: bytes) -> bytes:
    """The PDF of a certificate given as JSON: layout name and values."""
    parts: dict[str, Any] = json.loads(task)
    given = parts["values"]
    given["rows"] = [HoursRow(**row) for row in given["rows"]]
    given["issued_on"] = date.fromisoformat(given["issued_on"])
    return render(CertificateValues(**given), shipped_layout(parts["layout"]))


def render(values: CertificateValues, layout: Layout) -> bytes:
    """The PDF of the values on the layout, which must fit on one page."""
    html = page_html(values, layout)
    policy = ResourceAccessPolicy.server(
        layout.folder,
        extra_roots=(FONTS_DIR,),
        allow_remote=False,
        max_render_seconds=SOFT_LIMIT_SECONDS,
        max_depth=DEEPEST_NESTING,
    )
    pdf = BytesIO()
    context = pisa.CreatePDF(
        html,
        dest=pdf,
        path=str(layout.folder / "page.html"),
        resource_policy=policy,
        context_meta={"author": values.issuer, "title": values.number},
    )
    if context.err:
        raise PageRefused("the page was laid out with errors")
    return finished(pdf)


def finished(drawn: BytesIO) -> bytes:
    """The drawn PDF with its content packed, if it is one page."""
    pdf = PdfWriter(clone_from=drawn)
    if len(pdf.pages) != 1:
        raise PageRefused("the values do not fit on one page")
    (page,) = pdf.pages
    contents = page.get_contents()
    if contents is None:
        raise PageRefused("the page is empty")
    plain = DecodedStreamObject()
    plain.set_data(contents.get_data())
    # Merging the frame leaves the content unpacked: most of the file.
    page.replace_contents(plain.flate_encode())
    pdf.metadata = {**(pdf.metadata or {}), "/Producer": PRODUCER}
    result = BytesIO()
    pdf.write(result)
    return result.getvalue()


def page_html(values: CertificateValues, layout: Layout) -> str:
    """The whole page as HTML: faces, style and the filled layout."""
    printed = printed_fields(values)
    rows = [row_fields(row) for row in values.rows]
    longest = max(len(text) for fields in (printed, *rows) for text in fields.values())
    if longest > LONGEST_FIELD or len(rows) > MOST_ROWS:
        raise PageRefused("the values are too long to print")
    markup = {
        "学时表": "".join(layout.row.fill(fields) for fields in rows),
        "二维码": f'<img class="qr" src="{qr_data_uri(values.check_url)}" alt="" />',
        "演示标记": f'<div class="demo">{DEMO_MARK}</div>' if values.is_demo else "",
    }
    body = layout.page.fill(printed, markup=markup)
    style = "\n".join((font_face_css(faces_for(body)), BASE_CSS, layout.style))
    return (
        '<html><head><meta charset="utf-8" />'
        f"<style>{style}</style></head><body>{body}</body></html>"
    )


def printed_fields(values: CertificateValues) -> dict[str, str]:
    """What is printed for each field of layouts.PRINTED."""
    day = values.issued_on
    return {
        "证书编号": values.number,
        "姓名": values.name,
        "身份证号码": values.masked_id_number,
        "工作单位": values.unit,
        "职称": values.title,
        "年度": str(values.year),
        "发证机关": values.issuer,
        "发证日期": f"{day.year}年{day.month}月{day.day}日",
        "查验网址": values.check_url,
    }


def row_fields(row: HoursRow) -> dict[str, str]:
    """What is printed for each field of layouts.PRINTED_IN_ROW."""
    return {
        "科目类别": row.subject_kind,
        "已获学时": row.earned,
        "应修学时": row.required,
        "计量单位": row.hour_unit,
    }
