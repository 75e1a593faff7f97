"""PDFs that are not what they say, or do more than be read (IN-03 for papers)."""

import io
import random

import pytest
from pypdf import PdfReader, PdfWriter
from pypdf.generic import (
    ArrayObject,
    DictionaryObject,
    NameObject,
    NumberObject,
    TextStringObject,
)
from werkzeug.datastructures import FileStorage

from admin_app.errors import Refused
from admin_app.rules.paper_job import written_anew
from admin_app.rules.papers import MOST_PAGES
from admin_app.web.storage import open_file, store_paper

SCRIPT = b"<script>alert(1)</script>"
MUTANTS = 40


def pdf(change=lambda writer: None, pages=1):
    """A document of blank pages, with what `change` does to it."""
    writer, target = PdfWriter(), io.BytesIO()
    for _ in range(pages):
        writer.add_blank_page(200, 200)
    change(writer)
    writer.write(target)
    return target.getvalue()


def action(kind, **entries):
    names = {"S": NameObject(f"/{kind}")} | entries
    return DictionaryObject({NameObject(f"/{k}"): v for k, v in names.items()})


def opens(value):
    return lambda writer: writer.root_object.__setitem__(
        NameObject("/OpenAction"), value
    )


def chained(writer):
    later = writer._add_object(action("Launch", F=TextStringObject("cmd.exe")))
    opens(action("URI", URI=TextStringObject("http://a"), Next=later))(writer)


def scripted(writer):
    run = action("JavaScript", JS=TextStringObject("app.alert(1)"))
    named = DictionaryObject(
        {NameObject("/Names"): ArrayObject([TextStringObject("a"), run])}
    )
    names = DictionaryObject({NameObject("/JavaScript"): writer._add_object(named)})
    writer.root_object[NameObject("/Names")] = names


def on_a_page(writer):
    click = DictionaryObject(
        {
            NameObject("/Type"): NameObject("/Annot"),
            NameObject("/Subtype"): NameObject("/Link"),
            NameObject("/A"): action("SubmitForm", F=TextStringObject("http://a")),
        }
    )
    writer.pages[0][NameObject("/Annots")] = ArrayObject([writer._add_object(click)])


ACTIVE, LOCKED, DAMAGED = "自动操作", "不加密", "已损坏"
BAD = {
    "picture": (b"\xff\xd8\xff\xe0" + b"\0" * 99, "不是 PDF"),
    "page of the web": (b"<!doctype html>" + SCRIPT, "不是 PDF"),
    "page before a pdf": (SCRIPT + pdf(), "不是 PDF"),
    "program": (b"MZ" + b"\0" * 99, "不是 PDF"),
    "empty": (b"", "不是 PDF"),
    "header only": (b"%PDF-1.7\n1 0 obj", DAMAGED),
    "too large": (pdf() + b"\0" * 5 * 1024 * 1024, "超过 5 MB"),
    "script": (pdf(scripted), ACTIVE),
    "script at opening": (
        pdf(opens(action("JavaScript", JS=TextStringObject("app.alert(1)")))),
        ACTIVE,
    ),
    "program behind an address": (pdf(chained), ACTIVE),
    "form that sends": (pdf(on_a_page), ACTIVE),
    "file inside": (pdf(lambda w: w.add_attachment("a.exe", b"MZ")), ACTIVE),
    "password": (pdf(lambda w: w.encrypt("secret")), LOCKED),
    "too many pages": (pdf(pages=MOST_PAGES + 1), "超过 200 页"),
}


@pytest.fixture
def context(app):
    with app.test_request_context():
        yield app


def keep(data, name="a.pdf"):
    return store_paper(FileStorage(io.BytesIO(data), filename=name))


@pytest.mark.requirement("IN-03")
@pytest.mark.parametrize("case", BAD)
def test_bad_paper_is_refused_and_the_next_one_is_taken(context, case):
    data, part = BAD[case]

    with pytest.raises(Refused, match=part):
        keep(data)

    assert keep(pdf()).media_type == "application/pdf"


@pytest.mark.requirement("IN-03")
def test_kept_paper_holds_nothing_that_no_page_shows(context):
    kept = open_file(keep(pdf() + SCRIPT + b"PK\x05\x06").key)

    assert len(PdfReader(io.BytesIO(kept)).pages) == 1
    assert SCRIPT not in kept
    assert b"PK\x05\x06" not in kept


def test_paper_that_opens_at_its_first_page_is_taken():
    def at_page(writer):
        page = writer.pages[0].indirect_reference
        opens(ArrayObject([page, NameObject("/XYZ"), *map(NumberObject, (0, 0, 0))]))(
            writer
        )

    assert written_anew(pdf(at_page))[0] == "clean"


@pytest.mark.requirement("IN-03")
def test_mutated_paper_is_refused_or_becomes_a_clean_one():
    dice = random.Random(7)
    whole, verdicts = pdf(scripted, pages=3), set()

    for _ in range(MUTANTS):
        data = bytearray(whole)
        for _ in range(dice.randrange(1, 12)):
            data[dice.randrange(8, len(data))] = dice.randrange(256)
        verdict, clean = written_anew(bytes(data))
        verdicts.add(verdict)
        if verdict == "clean":
            assert written_anew(clean)[0] == "clean"
            assert b"app.alert" not in clean

    assert verdicts <= {"clean", "active", "damaged", "locked"}
