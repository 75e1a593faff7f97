"""A person's certificates: issued once a year is complete, printed, found, revoked."""

import datetime as dt
import secrets
from collections.abc import Collection
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import Select, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from admin_app.documents.certificate import (
    CertificateValues,
    HoursRow,
)
from admin_app.documents.certificate import (
    certificate_pdf as print_page,
)
from admin_app.enums import Measure, UnitKind
from admin_app.errors import Forbidden, Refused
from admin_app.models import Certificate, CertificateTemplate, Person, Unit
from admin_app.operations.completion import (
    PersonYear,
    YearStanding,
    completion,
    unmet_years,
)
from admin_app.operations.holding import held
from admin_app.permissions import Actor, permits, visible
from admin_app.rules.amounts import plain
from admin_app.rules.masks import mask_id_number
from admin_app.rules.requirements import certificate_number

LAYOUT: Final = "hours_certificate"
TOKEN_BYTES: Final = 32
KEPT_PAGES: Final = 32
HENAN: Final = "410000"
ROWS: Final = (
    ("公需课", "public"),
    ("专业课", "professional"),
    ("合计", "total"),
)


def find_certificate(
    session: Session, *, number: str | None = None, token: str | None = None
) -> Certificate | None:
    """Return the certificate of this number or of this token, revoked or not."""
    if token:
        return session.scalar(select(Certificate).where(Certificate.token == token))
    if number:
        return session.scalar(select(Certificate).where(Certificate.number == number))
    return None


def certificate_in_force(
    session: Session, *, person_id: int, year: int
) -> Certificate | None:
    """Return the person's certificate of the year that holds, if there is one."""
    return session.scalar(
        select(Certificate).where(
            Certificate.person_id == person_id,
            Certificate.year == year,
            Certificate.revoked_at.is_(None),
        )
    )


def issue_certificate(
    session: Session,
    *,
    person: Person,
    year: int,
    actor: Actor,
    now: dt.datetime,
    today: dt.date,
) -> Certificate:
    """Return the certificate of a completed year, a new one where none is in force.

    Refused says what is missing. Asking twice, also at once, gives the same one.
    """
    _refuse_stranger(session, actor, person)
    # Who revokes or issues for this person waits.
    held(session, person.id)
    issued = certificate_in_force(session, person_id=person.id, year=year)
    if issued is not None:
        return issued
    standing = completion(session, person=person, year=year, today=today)
    if standing is None or not standing.is_met:
        raise Refused("%(year)s 年度尚未达标，不能打印证书。", year=year)
    try:
        with session.begin_nested():
            return _issue(session, person, standing, now=now, today=today)
    except IntegrityError:
        issued = certificate_in_force(session, person_id=person.id, year=year)
        if issued is None:
            raise
        return issued


def revoke_unmet(
    session: Session,
    *,
    years: Collection[PersonYear],
    reason: str,
    now: dt.datetime,
) -> list[Certificate]:
    """Revoke the certificates of years that are no longer complete; return them (R05).

    The people are locked before the call: who prints meanwhile waits, or has printed.
    """
    held = [
        certificate
        for certificate in session.scalars(certificates_of(years))
        if (certificate.person_id, certificate.year) in years
    ]
    unmet = unmet_years(session, {(c.person_id, c.year) for c in held})
    revoked = [c for c in held if (c.person_id, c.year) in unmet]
    for certificate in revoked:
        certificate.revoked_at, certificate.revoked_reason = now, reason
    session.flush()
    return revoked


def certificates_of(years: Collection[PersonYear]) -> Select[Certificate]:
    """Return the statement of what is in force of these people in any of these years."""
    return (
        select(Certificate)
        .where(Certificate.person_id.in_({person_id for person_id, _year in years}))
        .where(Certificate.year.in_({year for _person_id, year in years}))
        .where(Certificate.revoked_at.is_(None))
        .order_by(Certificate.id)
    )


def certificate_page(certificate: Certificate, *, check_url: str) -> bytes:
    """Return the certificate as PDF; the same contents are laid out once.

    DocumentFailed says that the page could not be made.
    """
    contents = certificate.contents
    return _page(
        CertificateValues(
            number=certificate.number,
            name=certificate.person_name,
            masked_id_number=mask_id_number(certificate.person.id_number),
            unit=certificate.unit_name,
            title=contents["title"],
            year=certificate.year,
            rows=tuple(HoursRow(**row) for row in contents["rows"]),
            issued_on=dt.date.fromisoformat(contents["issued_on"]),
            issuer=contents["issuer"],
            check_url=check_url,
            is_demo=certificate.person.is_demo,
        )
    )


@lru_cache(maxsize=KEPT_PAGES)
def _page(values: CertificateValues) -> bytes:
    return print_page(values, layout=LAYOUT)


def _refuse_stranger(session: Session, actor: Actor, person: Person) -> None:
    if actor.is_individual and actor.person_id == person.id:
        return
    seen = visible(select(Person.id).where(Person.id == person.id), Person, actor)
    is_in_scope = not actor.is_individual and session.scalar(seen) is not None
    if not (is_in_scope and permits(actor, "certificates:print")):
        raise Forbidden("您没有打印该人员证书的权限。")


def _issue(
    session: Session,
    person: Person,
    standing: YearStanding,
    *,
    now: dt.datetime,
    today: dt.date,
) -> Certificate:
    unit = person.unit
    if unit is None:
        raise Refused("该人员没有所属单位，不能打印证书。")
    template = session.scalars(
        select(CertificateTemplate).where(CertificateTemplate.code == LAYOUT)
    ).one()
    token = secrets.token_urlsafe(TOKEN_BYTES)
    certificate = Certificate(
        # Takes its number from its key, which no two rows share.
        number=token[:40],
        token=token,
        year=standing.year,
        person=person,
        unit=unit,
        person_name=person.name,
        unit_name=unit.name,
        contents=_contents(session, person, unit, standing, today),
        template=template,
        issued_at=now,
    )
    session.add(certificate)
    session.flush()
    certificate.number = certificate_number(
        year=standing.year, region=_region(person, unit), serial=certificate.id
    )
    session.flush()
    return certificate


def _contents(
    session: Session, person: Person, unit: Unit, standing: YearStanding, today: dt.date
) -> dict[str, Any]:
    """Return what was true on the day of issue, as it is printed for ever."""
    earned, required = standing.completion.earned, standing.completion.required
    return {
        "title": person.title.name if person.title else "—",
        "issuer": _issuer(session, unit),
        "issued_on": today.isoformat(),
        "rows": [
            {
                "subject_kind": label,
                "earned": _printed(getattr(earned, name)),
                "required": _printed(getattr(required, name)),
                "hour_unit": _measure(required.measure),
            }
            for label, name in ROWS
        ],
    }


def _printed(amount: Decimal) -> str:
    return plain(amount)


def _measure(measure: Measure) -> str:
    return measure.label


def _region(person: Person, unit: Unit) -> str:
    code = person.region.code if person.region else unit.region.code
    return code[: len(HENAN)].ljust(len(HENAN), "0")


def _issuer(session: Session, unit: Unit) -> str:
    """Return the name of the nearest HR authority on the way up."""
    way_up = [int(step) for step in unit.path.strip("/").split("/")]
    name = session.scalar(
        select(Unit.name)
        .where(Unit.id.in_(way_up), Unit.kind == UnitKind.hr_authority)
        .order_by(Unit.depth.desc())
        .limit(1)
    )
    return name or unit.name
