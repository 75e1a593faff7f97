"""A person's yearly certificate as a PDF."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date

from admin_app.documents.layouts import shipped_layout
from admin_app.documents.sandbox import Sandbox

HOURS_CERTIFICATE = "hours_certificate"
# IN-05. The first page takes about a second, later ones a third of it; renderer and all
# five faces were measured at 200 MB of address space.
RENDER_SECONDS = 15
RENDER_MEMORY_MB = 512

_press = Sandbox(
    {"certificate": "admin_app.documents.certificate_page:page_job"},
    seconds=RENDER_SECONDS,
    memory_mb=RENDER_MEMORY_MB,
)


@dataclass(frozen=True, kw_only=True)
class HoursRow:
    """One kind of subject: what was earned in the year and what was required."""

    subject_kind: str
    earned: str
    required: str
    hour_unit: str


@dataclass(frozen=True, kw_only=True)
class CertificateValues:
    """What is printed; the caller has masked the ID number and worded the hours."""

    number: str
    name: str
    masked_id_number: str
    unit: str
    title: str
    year: int
    rows: Sequence[HoursRow]
    issued_on: date
    issuer: str
    check_url: str
    is_demo: bool = False


def certificate_pdf(
    values: CertificateValues, *, layout: str = HOURS_CERTIFICATE
) -> bytes:
    """The certificate as one PDF with its fonts embedded.

    The page is laid out in a limited child process; DocumentFailed says that it
    could not be made in time or at all. An unknown layout is a KeyError.
    """
    shipped_layout(layout)
    task = {"layout": layout, "values": asdict(values)}
    return _press.run("certificate", json.dumps(task, default=date.isoformat).encode())
