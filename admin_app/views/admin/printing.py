"""电子证书打印: the certificate of a person in scope, made by a POST, fetched by a GET (U43)."""

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from admin_app.errors import Refused
from admin_app.extensions import db
from admin_app.forms.fields import read_key
from admin_app.models import Certificate, Person
from admin_app.operations.audit import record
from admin_app.operations.certificates import certificate_in_force, issue_certificate
from admin_app.operations.completion import YearStanding, completion
from admin_app.permissions import visible
from admin_app.rules.identity import fold_id_number
from admin_app.rules.masks import mask_id_number
from admin_app.rules.requirements import FIRST_YEAR, LAST_YEAR
from admin_app.views.admin.pages import TaskPage
from admin_app.views.printing import certificate_file
from admin_app.web import auditing
from admin_app.web.clock import now, today
from admin_app.web.once import once
from admin_app.web.refusals import translate
from admin_app.web.transactions import saving


class PrintCertificates(TaskPage):
    """Find a person by year and identity number, and print what they have earned."""

    title = "按人员打印证书"
    group = "查询统计"
    permission = "certificates:print"
    path = "printing"

    @expose("/")
    def index(self) -> ResponseReturnValue:
        """Ask for year and identity number."""
        return self._page(today().year, None)

    @expose("/find", methods=("POST",))
    def find(self) -> ResponseReturnValue:
        """Show how a person in scope stands; the number never gets into an address."""
        year = _year()
        number = fold_id_number(request.form.get("id_number", ""))
        person = db.session.scalar(
            visible(select(Person), Person, self.actor)
            .where(Person.id_number == number)
            .options(joinedload(Person.unit), joinedload(Person.title))
        )
        if person is None:
            flash(_("管辖范围内没有该身份证号码的人员，请核对。"), "warning")
        else:
            self._note_look(person)
        return self._page(year, person)

    @expose("/issue", methods=("POST",))
    @once
    def issue(self) -> ResponseReturnValue:
        """Issue the certificate of a completed year; asking again gives the same one."""
        year, key = _year(), read_key(request.form.get("person_id"))
        try:
            with saving() as session:
                person = session.scalar(
                    visible(select(Person), Person, self.actor).where(Person.id == key)
                )
                if person is None:
                    abort(404)
                certificate = issue_certificate(
                    session,
                    person=person,
                    year=year,
                    actor=self.actor,
                    now=now(),
                    today=today(),
                )
        except Refused as refused:
            flash(translate(refused), "error")
            return redirect(url_for(".index"), 303)
        return redirect(url_for(".certificate", certificate_id=certificate.id), 303)

    @expose("/<int:certificate_id>")
    def certificate(self, certificate_id: int) -> ResponseReturnValue:
        """Return an issued certificate that holds, as PDF."""
        found = db.session.scalar(
            visible(select(Certificate), Certificate, self.actor)
            .where(Certificate.id == certificate_id)
            .where(Certificate.revoked_at.is_(None))
        )
        if found is None:
            abort(404)
        return certificate_file(found)

    def _note_look(self, person: Person) -> None:
        for subject_id in auditing.subjects(Person, [person.id]):
            with saving() as session:
                record(
                    session,
                    "view",
                    object_kind="person",
                    object_id=person.id,
                    after={"screen": self.path},
                    subject_id=subject_id,
                )

    def _page(self, year: int, person: Person | None) -> ResponseReturnValue:
        standing: YearStanding | None = None
        issued: Certificate | None = None
        if person is not None:
            session = db.session()
            standing = completion(session, person=person, year=year, today=today())
            issued = certificate_in_force(session, person_id=person.id, year=year)
        page: str = self.render(
            "admin/declare/print.html",
            year=year,
            person=person,
            id_number=mask_id_number(person.id_number) if person else "",
            standing=standing,
            certificate=issued,
        )
        return page


def _year() -> int:
    year = read_key(request.form.get("year"))
    if year is None or not FIRST_YEAR <= year <= LAST_YEAR:
        abort(400)
    return year
