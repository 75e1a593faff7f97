"""A row of every model that has a screen: in a unit, about a person of that unit."""

from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import count

from sqlalchemy import select

from admin_app import enums as e
from admin_app import models as m
from tests import factories as make

AT = datetime(2025, 11, 1, 8, tzinfo=UTC)
DAY = date(2025, 11, 1)
numbers = count(1)


def first(session, model):
    return session.scalars(select(model).order_by(model.id)).first()


def codes(model):
    def row(session, unit, person):
        code = f"Z{next(numbers):05d}"
        return model(code=code, name=f"测试{code}")

    return row


def account_of(session, person):
    return person.account or make.account(session, person)


def admin_of(session, unit):
    found = session.scalars(
        select(m.AdminAssignment).where(m.AdminAssignment.unit_id == unit.id)
    ).first()
    return found or make.administrator(session, unit)


def waiting(row, unit):
    return make.waiting(row, unit)


def declaration(session, unit, person):
    return make.waiting(make.declaration(session, person), unit)


def person_change(session, unit, person):
    """Of one person one change of a tab waits at a time."""
    known = select(m.PersonChange.id).where(m.PersonChange.person_id == person.id)
    owner = person if session.scalar(known) is None else make.person(session, unit)
    return make.waiting(make.person_change(session, owner), unit)


def correction_request(session, unit, person):
    """Of one person one request is open at a time."""
    known = select(m.CorrectionRequest.id).where(
        m.CorrectionRequest.person_id == person.id
    )
    owner = person if session.scalar(known) is None else make.person(session, unit)
    return m.CorrectionRequest(person_id=owner.id, name="更名", reason="户籍更正")


def form_version(session, unit, person):
    form = m.LearningForm(
        code=f"f{next(numbers)}", name="形式", name_en="Form", category="c"
    )
    session.add(form)
    session.flush()
    return m.LearningFormVersion(form_id=form.id, number=1, rule={})


def field(session, unit, person):
    version = form_version(session, unit, person)
    session.add(version)
    session.flush()
    return m.LearningFormField(
        version_id=version.id, position=1, name="n", label="名", kind=e.FieldKind.text
    )


def proof(session, unit, person):
    version = form_version(session, unit, person)
    session.add(version)
    session.flush()
    return m.LearningFormProof(version_id=version.id, position=1, name="证")


def certificate(session, unit, person):
    template = m.CertificateTemplate(code=f"t{next(numbers)}", name="模板")
    session.add(template)
    session.flush()
    number = next(numbers)
    return m.Certificate(
        number=f"HN{number:06d}",
        token=f"token{number}",
        year=3000 + number,
        person_id=person.id,
        unit_id=unit.id,
        person_name=person.name,
        unit_name=unit.name,
        contents={},
        template_id=template.id,
        issued_at=AT,
    )


def job(session, unit, person):
    return m.Job(
        kind="export", account_id=account_of(session, person).id, unit_id=unit.id
    )


def import_batch(session, unit, person):
    owner = job(session, unit, person)
    session.add(owner)
    session.flush()
    return m.ImportBatch(
        unit_id=unit.id,
        job_id=owner.id,
        kind="people",
        file_name="f.xlsx",
        sha256=f"{next(numbers):064d}",
    )


def succession(session, unit, person):
    row = m.Succession(
        unit_id=unit.id,
        successor_id=person.id,
        former_id=person.id,
        filed_by_id=unit.id,
        requested_by_id=person.id,
        reason="已调离",
    )
    # One at a time may wait for a unit.
    taken = select(m.Succession.id).where(m.Succession.unit_id == unit.id)
    is_first = session.scalar(taken.limit(1)) is None
    superior = session.get(m.Unit, unit.superior_id or unit.id)
    return waiting(row, superior) if is_first else row


ROWS = {
    **{
        model: codes(model)
        for model in (
            m.Region,
            m.Industry,
            m.UnitNature,
            m.UnitLevel,
            m.EthnicGroup,
            m.PoliticalStatus,
            m.EducationLevel,
            m.Degree,
            m.Major,
            m.Title,
        )
    },
    m.RegionPrefix: lambda s, u, p: m.RegionPrefix(
        code=f"9{next(numbers):05d}", name="旧区划"
    ),
    m.Unit: lambda s, u, p: make.unit(s, u),
    m.UnitRegistration: lambda s, u, p: make.waiting(
        make.unit_registration(s, p, u), u
    ),
    m.Department: lambda s, u, p: make.department(s, u),
    m.UnitChange: lambda s, u, p: m.UnitChange(
        unit_id=u.id,
        old_superior_id=u.superior_id,
        kind=e.UnitChangeKind.registration_code,
    ),
    m.Person: lambda s, u, p: make.person(s, u),
    m.Account: lambda s, u, p: make.account(s, make.person(s, u)),
    m.PersonRegistration: lambda s, u, p: make.waiting(
        make.person_registration(s, make.person(s), u), u
    ),
    m.PersonChange: person_change,
    m.CorrectionRequest: correction_request,
    m.ProfileField: lambda s, u, p: m.ProfileField(
        section=e.ProfileSection.basic, name=f"n{next(numbers)}", label="信息项"
    ),
    m.Transfer: lambda s, u, p: m.Transfer(
        person_id=p.id,
        from_unit_id=u.id,
        to_unit_id=u.superior_id,
        requested_by_unit=True,
    ),
    m.EducationRecord: lambda s, u, p: m.EducationRecord(
        person_id=p.id,
        education_level_id=first(s, m.EducationLevel).id,
        school="校",
        graduated_on=DAY,
    ),
    m.Qualification: lambda s, u, p: m.Qualification(
        person_id=p.id, name="资格", obtained_on=DAY
    ),
    m.ProfessionalPost: lambda s, u, p: m.ProfessionalPost(
        person_id=p.id, title_id=first(s, m.Title).id, obtained_on=DAY
    ),
    m.AcademicHonour: lambda s, u, p: m.AcademicHonour(
        person_id=p.id, name="称号", obtained_on=DAY
    ),
    m.Role: lambda s, u, p: make.role(s, "person_query:view", unit=u),
    m.RolePermission: lambda s, u, p: m.RolePermission(
        role_id=make.role(s, unit=u).id, permission="person_query:view"
    ),
    m.Succession: succession,
    m.AdminAssignment: lambda s, u, p: make.administrator(
        s, u, make.role(s, "person_query:view", unit=u)
    ),
    m.LearningForm: lambda s, u, p: m.LearningForm(
        code=f"f{next(numbers)}", name="形式", name_en="Form", category="c"
    ),
    m.LearningFormVersion: form_version,
    m.LearningFormField: field,
    m.LearningFormProof: proof,
    m.AnnualRequirement: lambda s, u, p: m.AnnualRequirement(
        year=3000 + next(numbers), declare_from=DAY, declare_until=DAY, review_until=DAY
    ),
    m.PublicCourse: lambda s, u, p: m.PublicCourse(
        code=f"c{next(numbers)}",
        year=2025,
        name="课",
        hours=Decimal(6),
        kind=e.CourseKind.required,
    ),
    m.ApprovalChain: lambda s, u, p: m.ApprovalChain(
        kind=e.RecordKind.transfer, source=f"s{next(numbers)}", steps=["own_unit"]
    ),
    m.Declaration: declaration,
    m.MessageRule: lambda s, u, p: first(s, m.MessageRule),
    m.HoursCheck: lambda s, u, p: m.HoursCheck(
        unit_id=u.id,
        account_id=account_of(s, p).id,
        actor_name="某人",
        action=e.Action.revoke,
        reason="不符",
        at=AT,
    ),
    m.CreditEntry: lambda s, u, p: m.CreditEntry(
        person_id=p.id,
        unit_id=u.id,
        region_id=u.region_id,
        year=2025,
        subject_kind=e.SubjectKind.public,
        measure=e.Measure.hours,
        kind=e.EntryKind.credit,
        origin=e.EntryOrigin.imported,
        amount=Decimal(3),
    ),
    m.YearTotal: lambda s, u, p: m.YearTotal(
        person_id=p.id,
        year=3000 + next(numbers),
        subject_kind=e.SubjectKind.public,
        measure=e.Measure.hours,
        amount=Decimal(3),
    ),
    m.CertificateTemplate: lambda s, u, p: m.CertificateTemplate(
        code=f"t{next(numbers)}", name="模板"
    ),
    m.Certificate: certificate,
    m.Attachment: lambda s, u, p: m.Attachment(
        key=f"k{next(numbers)}",
        purpose=e.AttachmentPurpose.photo,
        person_id=p.id,
        file_name="a.png",
        media_type="image/png",
        size=1,
        sha256="0" * 64,
    ),
    m.WorkflowEvent: lambda s, u, p: m.WorkflowEvent(
        kind=e.RecordKind.declaration,
        record_id=1,
        step=0,
        action=e.Action.submit,
        from_state=e.State.draft,
        to_state=e.State.pending,
        unit_id=u.id,
    ),
    m.Urge: lambda s, u, p: m.Urge(
        kind=e.RecordKind.declaration,
        record_id=next(numbers),
        unit_id=u.id,
        on_date=DAY,
    ),
    m.HiddenRecord: lambda s, u, p: m.HiddenRecord(
        account_id=account_of(s, p).id,
        kind=e.RecordKind.declaration,
        record_id=next(numbers),
    ),
    m.Delegation: lambda s, u, p: m.Delegation(
        unit_id=u.id,
        account_id=account_of(s, p).id,
        delegate_id=make.account(s, make.person(s)).id,
        starts_on=DAY,
        ends_on=DAY,
    ),
    m.SavedFilter: lambda s, u, p: m.SavedFilter(
        account_id=account_of(s, p).id, name=f"{next(numbers)}", words={"days": "7"}
    ),
    m.Notice: lambda s, u, p: m.Notice(
        unit_id=u.id, title="公告", body="内容", published_from=DAY
    ),
    m.Job: job,
    m.ImportBatch: import_batch,
    m.UserSession: lambda s, u, p: m.UserSession(
        token_hash=f"hash-of-a-token-{next(numbers)}",
        created_at=AT,
        last_seen_at=AT,
        expires_at=AT,
    ),
    m.AuditEntry: lambda s, u, p: m.AuditEntry(
        at=AT,
        action="test",
        previous_mac="0" * 64,
        mac=f"m{next(numbers)}",
    ),
}


def add(session, model, unit, person):
    """A committed row of the model in this unit."""
    row = ROWS[model](session, unit, person)
    session.add(row)
    session.flush()
    if model is m.Declaration and unit.id == person.unit_id:
        row.source, row.filed_by_id = e.Source.unit, unit.id
    session.commit()
    return row
