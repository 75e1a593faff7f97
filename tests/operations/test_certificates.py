"""Completion of a year and the certificate that stands on it."""

import re
from contextlib import suppress
from decimal import Decimal
from io import BytesIO

import pytest
from pypdf import PdfReader

from admin_app.enums import EntryKind, EntryOrigin, Measure, SubjectKind
from admin_app.errors import Forbidden, Refused
from admin_app.models import Certificate, CreditEntry, YearTotal
from admin_app.operations.certificates import (
    certificate_in_force,
    certificate_page,
    find_certificate,
    issue_certificate,
    revoke_unmet,
)
from admin_app.operations.completion import completion, completions
from tests.cast import actor
from tests.declaring import TODAY


@pytest.fixture
def earn(db_session):
    """Credit hours to a person, as an approval would: ledger and total."""

    def earning(person, *, public="30", professional="60", year=2025, measure="hours"):
        for kind, amount in (
            (SubjectKind.public, public),
            (SubjectKind.professional, professional),
        ):
            if not Decimal(amount):
                continue
            keys = {
                "person_id": person.id,
                "year": year,
                "subject_kind": kind,
                "measure": Measure[measure],
                "amount": Decimal(amount),
            }
            db_session.add(YearTotal(**keys, entries=1))
            db_session.add(
                CreditEntry(
                    **keys,
                    unit_id=person.unit_id,
                    region_id=person.region_id,
                    kind=EntryKind.credit,
                    origin=EntryOrigin.imported,
                )
            )
        db_session.flush()

    return earning


@pytest.fixture
def issue(db_session, now):
    def issuing(who, person, year=2025):
        return issue_certificate(
            db_session,
            person=person,
            year=year,
            actor=actor(db_session, who),
            now=now,
            today=TODAY,
        )

    return issuing


STANDINGS = {
    "nothing earned": ("0", "0", ("30", "60", "90"), 0),
    "public only": ("30", "0", ("0", "60", "60"), 33),
    "half a professional hour short": ("30", "59.5", ("0", "0.5", "0.5"), 99),
    "exactly met": ("30", "60", ("0", "0", "0"), 100),
    "much professional does not replace public": ("29", "90", ("1", "0", "0"), 98),
    "more than asked": ("40", "80", ("0", "0", "0"), 100),
}


@pytest.mark.feature("P24")
@pytest.mark.parametrize(
    ("public", "professional", "missing", "percent"), STANDINGS.values(), ids=STANDINGS
)
def test_year_tells_what_is_missing(
    db_session, cast, earn, public, professional, missing, percent
):
    earn(cast.teacher, public=public, professional=professional)

    standing = completion(db_session, person=cast.teacher, year=2025, today=TODAY)

    shortfall = standing.completion.shortfall
    assert (shortfall.public, shortfall.professional, shortfall.total) == tuple(
        Decimal(amount) for amount in missing
    )
    assert (standing.is_met, standing.percent) == (percent == 100, percent)


def test_credits_never_stand_in_for_hours(db_session, cast, earn):
    earn(cast.teacher, measure="credits")

    standing = completion(db_session, person=cast.teacher, year=2025, today=TODAY)

    assert standing.completion.earned.total == 0


def test_years_are_those_with_hours_and_the_present_one(db_session, cast, earn):
    earn(cast.teacher, year=2019)
    earn(cast.colleague, year=2020)

    found = completions(db_session, person=cast.teacher, today=TODAY)

    assert [(standing.year, standing.is_open) for standing in found] == [
        (2025, True),
        (2019, False),
    ]


def test_year_without_requirement_is_none(db_session, cast):
    assert completion(db_session, person=cast.teacher, year=1901, today=TODAY) is None


@pytest.mark.feature("P25")
@pytest.mark.requirement("AZ-05")
@pytest.mark.parametrize(
    ("professional", "is_issued"), [("59.5", False), ("60", True), ("60.5", True)]
)
def test_certificate_is_issued_exactly_when_the_year_is_met(
    db_session, cast, earn, issue, professional, is_issued
):
    earn(cast.teacher, professional=professional)

    try:
        issue(cast.teacher, cast.teacher)
    except Refused as refused:
        said = str(refused)
    else:
        said = ""

    found = certificate_in_force(db_session, person_id=cast.teacher.id, year=2025)
    assert (found is not None) is is_issued
    assert said == ("" if is_issued else "2025 年度尚未达标，不能打印证书。")


@pytest.mark.requirement("AZ-05")
def test_certificate_has_its_number_and_an_unguessable_token(
    db_session, cast, earn, issue
):
    for person in (cast.teacher, cast.colleague):
        earn(person)

    first, second = (issue(p, p) for p in (cast.teacher, cast.colleague))

    assert re.fullmatch(r"HN2025410102[0-9]{9}", first.number)
    assert first.number != second.number
    assert len(first.token) == 43
    assert find_certificate(db_session, number=first.number) is first
    assert find_certificate(db_session, token=second.token) is second


def test_asking_again_gives_the_same_certificate(db_session, cast, earn, issue):
    earn(cast.teacher)

    first, again = (issue(cast.teacher, cast.teacher) for _ in "ab")

    assert first is again
    assert db_session.query(Certificate).count() == 1


def test_issuer_is_the_nearest_hr_authority(cast, earn, issue):
    earn(cast.teacher)

    certificate = issue(cast.teacher, cast.teacher)

    assert certificate.contents["issuer"] == cast.city.name
    assert certificate.contents["issued_on"] == "2025-11-18"
    assert [row["earned"] for row in certificate.contents["rows"]] == ["30", "60", "90"]


PRINTERS = {
    "the person's unit": ("chief", True),
    "the authority above": ("city_chief", True),
    "another school": ("other_chief", False),
    "somebody of the unit without the right": ("reviewer", False),
    "a colleague": ("colleague", False),
}


@pytest.mark.feature("U43")
@pytest.mark.requirement("AZ-05")
@pytest.mark.parametrize(("who", "may"), PRINTERS.values(), ids=PRINTERS)
def test_administrators_print_within_their_scope(
    db_session, cast, earn, issue, who, may
):
    earn(cast.teacher)

    with suppress(Forbidden):
        issue(getattr(cast, who), cast.teacher)

    assert db_session.query(Certificate).count() == int(may)


def test_certificate_is_revoked_when_the_year_is_no_longer_met(
    db_session, cast, earn, issue, now
):
    earn(cast.teacher)
    certificate = issue(cast.teacher, cast.teacher)
    values = {
        "years": {(cast.teacher.id, 2025), (cast.colleague.id, 2025)},
        "reason": "学时审验未通过",
        "now": now,
    }

    kept = revoke_unmet(db_session, **values)
    db_session.query(YearTotal).filter_by(subject_kind=SubjectKind.professional).update(
        {"amount": Decimal(59)}
    )
    revoked = revoke_unmet(db_session, **values)

    assert (kept, revoked) == ([], [certificate])
    assert (certificate.revoked_at, certificate.revoked_reason) == (
        now,
        "学时审验未通过",
    )


def test_new_certificate_follows_a_revoked_one(db_session, cast, earn, issue, now):
    earn(cast.teacher)
    old = issue(cast.teacher, cast.teacher)
    old.revoked_at = now
    db_session.flush()

    new = issue(cast.teacher, cast.teacher)

    assert new.id != old.id
    assert new.number != old.number


@pytest.mark.feature("P25")
def test_page_tells_what_was_true_on_the_day_of_issue(cast, earn, issue):

    earn(cast.teacher)
    certificate = issue(cast.teacher, cast.teacher)

    page = certificate_page(certificate, check_url="https://example.org/check?token=x")

    text = PdfReader(BytesIO(page)).pages[0].extract_text()
    assert certificate.number in text
    assert cast.teacher.name in text
    assert cast.teacher.id_number not in text


def test_no_unit_no_certificate(db_session, cast, earn, issue):
    earn(cast.teacher)
    cast.teacher.unit = None
    db_session.flush()

    with pytest.raises((Forbidden, Refused)):
        issue(cast.chief, cast.teacher)

    assert db_session.query(Certificate).count() == 0
