"""What a printed certificate says, and what it is made of."""

from io import BytesIO

import pytest
from pypdf import PdfReader
from pyzbar.pyzbar import decode

from admin_app.documents.certificate import HoursRow, certificate_pdf
from admin_app.documents.sandbox import DocumentFailed
from tests.documents.specimens import (
    CHECK_URL,
    certificate,
    lines_of,
    picture_of,
    words_of,
)

STATEMENT = (
    "该同志 2024 年度参加专业技术人员继续教育，所获学时如下，"
    "符合年度学习要求，特发此证。"
)
# GBK, extension A twice, B, E and C: the regular face and both rare ones.
RARE_NAME = "堃㐂䶮𠮷𬭎\U0002a700"
LONG_NAME = "阿卜杜热西提·买买提尼亚孜·吐尔逊江·艾合麦提·库尔班江·艾"
LONG_UNIT = (
    "河南省平顶山市鲁山县张官营镇中心卫生院（鲁山县第三人民医院医疗服务"
    "共同体）预防保健与公共卫生服务科室"
)


def test_certificate_says_what_went_in():
    values = certificate()

    lines = lines_of(certificate_pdf(values))

    assert [line for line in lines if line] == [
        "河南省专业技术人员继续教育证书",
        "电 子 证 书",
        "姓名 张伟 身份证号码 4101*************1",
        "职称 高级教师 证书编号 HN-2024-7F3K-9Q2M-X4TD",
        "工作单位 郑州市第一中学",
        STATEMENT,
        "科目类别 年度应修 年度已获",
        "公需课 24 学时 30 学时",
        "专业课 60 学时 68.5 学时",
        "河南省人力资源和社会保障厅",
        "2024年12月20日",
        f"查验网址：{CHECK_URL} 扫码查验",
    ]


@pytest.mark.parametrize(
    "name", [RARE_NAME, LONG_NAME, "欧阳·A&B <李>", "{{姓名}}{{证书编号}}"]
)
def test_name_is_read_back_as_written(name):
    length = len(words_of(certificate_pdf(certificate(name="王"))))

    words = words_of(certificate_pdf(certificate(name=name)))

    written = "".join(name.split())
    assert words.count(written) == 1
    assert len(words) == length - len("王") + len(written)


def test_unit_of_fifty_characters_is_printed_whole():
    assert len(LONG_UNIT) == 50

    words = words_of(certificate_pdf(certificate(unit=LONG_UNIT)))

    assert words.count(LONG_UNIT) == 1


def test_every_font_that_draws_is_embedded():
    pdf = certificate_pdf(certificate(name=RARE_NAME))

    (page,) = PdfReader(BytesIO(pdf)).pages
    drawing = set()
    page.extract_text(
        visitor_text=lambda text, _cm, _tm, font, _size: (
            drawing.add((font["/BaseFont"], "/FontFile2" in font["/FontDescriptor"]))
            if text.strip()
            else None
        )
    )

    assert {(name.split("+")[1], embedded) for name, embedded in drawing} == {
        ("NotoSerifSC-Regular", True),
        ("NotoSerifSC-Bold", True),
        ("NotoSansSC-Regular", True),
        ("HanaMinB-ExtB", True),
        ("HanaMinB-ExtCF", True),
    }


def test_rare_face_is_left_out_of_an_ordinary_certificate():
    pdf = certificate_pdf(certificate())

    (page,) = PdfReader(BytesIO(pdf)).pages
    fonts = {font["/BaseFont"] for font in page["/Resources"]["/Font"].values()}

    assert [name for name in fonts if "HanaMinB" in name] == []


def test_printed_code_leads_to_the_check():
    pdf = certificate_pdf(certificate(is_demo=True))

    found = [code.data.decode() for code in decode(picture_of(pdf))]

    assert found == [CHECK_URL]


@pytest.mark.parametrize(("is_demo", "marks"), [(True, 1), (False, 0)])
def test_demonstration_certificate_is_marked(is_demo, marks):
    words = words_of(certificate_pdf(certificate(is_demo=is_demo)))

    assert words.count("演示") == marks


def test_page_is_one_a4_sheet_across():
    pdf = certificate_pdf(certificate())

    (page,) = PdfReader(BytesIO(pdf)).pages

    assert [round(float(side) / 72 * 25.4) for side in page.mediabox] == [
        0,
        0,
        297,
        210,
    ]


def test_file_names_the_certificate_and_its_issuer():
    pdf = certificate_pdf(certificate())

    about = PdfReader(BytesIO(pdf)).metadata

    assert (about.title, about.author) == (
        "HN-2024-7F3K-9Q2M-X4TD",
        "河南省人力资源和社会保障厅",
    )


def test_more_rows_than_fit_are_refused():
    row = HoursRow(subject_kind="专业课", earned="1", required="1", hour_unit="学时")

    with pytest.raises(DocumentFailed) as failure:
        certificate_pdf(certificate(rows=[row] * 11))

    assert (failure.value.reason, failure.value.detail) == ("refused", "PageRefused")


def test_unknown_layout_is_not_looked_for_outside():
    with pytest.raises(KeyError):
        certificate_pdf(certificate(), layout="../layouts/hours_certificate")
