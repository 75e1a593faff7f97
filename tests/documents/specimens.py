"""A certificate to print, and ways to read a printed one back."""

import subprocess
from datetime import date
from io import BytesIO

from PIL import Image
from pypdf import PdfReader

from admin_app.documents.certificate import CertificateValues, HoursRow

CHECK_URL = "https://check.example.org/c/HN20247F3K9Q2MX4TD"
ROWS = (
    HoursRow(subject_kind="公需课", earned="30", required="24", hour_unit="学时"),
    HoursRow(subject_kind="专业课", earned="68.5", required="60", hour_unit="学时"),
)


def certificate(**changes):
    """The values of an ordinary certificate, with changes."""
    ordinary = {
        "number": "HN-2024-7F3K-9Q2M-X4TD",
        "name": "张伟",
        "masked_id_number": "4101*************1",
        "unit": "郑州市第一中学",
        "title": "高级教师",
        "year": 2024,
        "rows": ROWS,
        "issued_on": date(2024, 12, 20),
        "issuer": "河南省人力资源和社会保障厅",
        "check_url": CHECK_URL,
    }
    return CertificateValues(**ordinary | changes)


def words_of(pdf):
    """The text as a reader copies it, in drawing order and without white space."""
    (page,) = PdfReader(BytesIO(pdf)).pages
    return "".join(page.extract_text().split())


def lines_of(pdf):
    """The text as pdftotext lays it out, a string a printed line."""
    command = ["pdftotext", "-layout", "-", "-"]
    done = subprocess.run(command, input=pdf, capture_output=True, check=True)
    return [" ".join(line.split()) for line in done.stdout.decode().splitlines()]


def picture_of(pdf, dots_per_inch=150):
    """The page as it would be printed."""
    command = ["pdftoppm", "-r", str(dots_per_inch), "-png", "-"]
    done = subprocess.run(command, input=pdf, capture_output=True, check=True)
    return Image.open(BytesIO(done.stdout)).convert("RGB")
