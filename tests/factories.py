"""The smallest valid record of each kind; keyword arguments say what a test is about.

Every factory adds the row to the session and flushes. Reference rows are the seeded
ones. Numbers belong to nobody (sequence 980-995).
"""

import itertools
from datetime import UTC, date, datetime
from decimal import Decimal

from sqlalchemy import select

from admin_app.enums import (
    EntryKind,
    EntryOrigin,
    Measure,
    Source,
    State,
    SubjectKind,
    UnitChangeKind,
    UnitKind,
)
from admin_app.models import (
    Account,
    AdminAssignment,
    CreditEntry,
    Declaration,
    Department,
    EthnicGroup,
    Industry,
    LearningForm,
    LearningFormVersion,
    Major,
    Person,
    PersonChange,
    PersonRegistration,
    Region,
    Role,
    RolePermission,
    Title,
    Unit,
    UnitChange,
    UnitLevel,
    UnitNature,
    UnitRegistration,
    YearTotal,
)
from admin_app.operations.passwords import hash_password
from admin_app.rules.identity import check_character
from admin_app.rules.registration_codes import (
    credit_check_character,
    organization_check_character,
)

PASSWORD = "Lotus-2026-river"

_numbers = itertools.count(1)
_hash = None


def password_hash():
    """The hash of PASSWORD, computed once per process because it is slow by design."""
    global _hash  # noqa: PLW0603 - a cache of one value
    _hash = _hash or hash_password(PASSWORD)
    return _hash


def id_number(number=None, *, birth="19800101", male=True):
    """A valid identity number that nobody holds."""
    number = number or next(_numbers)
    first_17 = f"{410102 + number // 8:06d}{birth}{981 + 2 * (number % 8) - (not male)}"
    return first_17 + check_character(first_17)


def registration_code(number=None):
    """A valid social credit code of a public institution that does not exist."""
    body = f"XX{number or next(_numbers):06d}"
    first_17 = f"12410000{body}{organization_check_character(body)}"
    return first_17 + credit_check_character(first_17)


def reference(session, model, code):
    """The seeded row of this code."""
    return session.scalars(select(model).where(model.code == code)).one()


def unit(session, superior=None, *, kind=UnitKind.employer, region="410102", **values):
    """A unit below `superior`; without one, a root."""
    number = next(_numbers)
    made = Unit(
        **{
            "name": f"测试单位{number}",
            "registration_code": registration_code(number),
            "phone": f"0371-{number:08d}",
            "nature_id": reference(session, UnitNature, "20").id,
            "level_id": reference(session, UnitLevel, "40").id,
            "industry_id": reference(session, Industry, "83").id,
            "region_id": reference(session, Region, region).id,
        }
        | values,
        kind=kind,
        superior=superior,
        depth=superior.depth + 1 if superior else 0,
        path=f"new/{number}/",
    )
    session.add(made)
    session.flush()
    made.path = f"{superior.path if superior else '/'}{made.id}/"
    session.flush()
    return made


def department(session, unit, parent=None, **values):
    """A department of the unit."""
    number = next(_numbers)
    made = Department(
        **{"name": f"测试部门{number}", "code": f"{number:04d}"} | values,
        unit_id=unit.id,
        parent=parent,
        path=f"new/{number}/",
    )
    session.add(made)
    session.flush()
    made.path = f"{parent.path if parent else '/'}{made.id}/"
    session.flush()
    return made


def person(session, unit=None, **values):
    """A human being; with a unit, a professional of it."""
    number = next(_numbers)
    made = Person(
        **{
            "id_number": id_number(number),
            "name": f"测试人员{number}",
            "mobile": f"154{number:08d}",
            "email": f"p{number}@example.com",
            "unit_id": unit.id if unit else None,
            "region_id": unit.region_id if unit else None,
        }
        | values
    )
    session.add(made)
    session.flush()
    return made


def account(session, person, **values):
    """The login of a person; the password is PASSWORD."""
    made = Account(
        **{"password_hash": password_hash()} | values,
        person=person,
    )
    session.add(made)
    session.flush()
    return made


def role(session, *permissions, unit=None, **values):
    """A role with exactly these permissions."""
    made = Role(
        **{"name": f"测试角色{next(_numbers)}", "unit_id": unit.id if unit else None}
        | values,
        permissions=[RolePermission(permission=name) for name in permissions],
    )
    session.add(made)
    session.flush()
    return made


def chief_role(session, kind):
    """The shipped role of a chief administrator."""
    return session.scalars(
        select(Role).where(Role.unit_kind == kind, Role.is_chief)
    ).one()


def assignment(session, account, unit, role=None, **values):
    """An administrator of the unit; without a role, its chief."""
    made = AdminAssignment(
        **{
            "role": role or chief_role(session, unit.kind),
            "is_chief": role is None,
        }
        | values,
        account=account,
        unit=unit,
    )
    session.add(made)
    session.flush()
    return made


def administrator(session, unit, role=None, **values):
    """A person with an account and an assignment to the unit; returns the assignment."""
    return assignment(session, account(session, person(session)), unit, role, **values)


def form_version(session, code="training_workshop"):
    """The current version of a seeded learning form."""
    return session.scalars(
        select(LearningFormVersion)
        .join(LearningForm)
        .where(LearningForm.code == code, LearningFormVersion.is_current)
    ).one()


ANSWERS = {
    "organizer": "河南省测试协会",
    "organizer_kind": "industry",
    "course_kind": "ordinary",
    "study_period": {"start": "2025-03-03", "end": "2025-03-05"},
    "days": "3",
}


def declaration(session, person, **values):
    """A draft of 24 hours for a training course, filed by the person themself."""
    made = Declaration(
        **{
            "source": Source.individual,
            "form_version_id": form_version(session).id,
            "title": "专业技能培训班",
            "year": 2025,
            "answers": dict(ANSWERS),
            "claimed": Decimal(24),
            "computed": Decimal(24),
            "unit_id": person.unit_id,
            "region_id": person.region_id,
            "department_id": person.department_id,
            "created_by_id": (person.account or account(session, person)).id,
        }
        | values,
        person=person,
    )
    session.add(made)
    session.flush()
    return made


def public_hours(session, person, amount, *, year=2025):
    """Hours of a public subject as a roster would bring them: a line and its total."""
    key = {
        "person_id": person.id,
        "year": year,
        "subject_kind": SubjectKind.public,
        "measure": Measure.hours,
    }
    entry = CreditEntry(
        **key,
        unit_id=person.unit_id,
        region_id=person.region_id,
        kind=EntryKind.credit,
        origin=EntryOrigin.public_course,
        amount=Decimal(amount),
    )
    session.add_all([entry, YearTotal(**key, amount=Decimal(amount), entries=1)])
    session.flush()
    return entry


def waiting(record, decider, *, at=datetime(2025, 11, 1, tzinfo=UTC), step=0):
    """Put an `Approvable` row into a unit's queue, as a submission would have."""
    record.state = State.pending
    record.decider_id = decider.id
    record.submitted_at = record.waiting_since = at
    record.step = step
    return record


def person_registration(session, person, unit, **values):
    """A registration that has not been submitted."""
    made = PersonRegistration(**values, person=person, unit_id=unit.id)
    session.add(made)
    session.flush()
    return made


def post_values(session, code="01013"):
    """What somebody tells of a professional post."""
    return {
        "title_id": reference(session, Title, code).id,
        "obtained_on": date(2015, 6, 1),
    }


def person_change(session, person, **values):
    """A professional post that is not yet submitted for review."""
    told = {
        name: {"before": None, "after": str(value) if name != "title_id" else value}
        for name, value in post_values(session).items()
    }
    made = PersonChange(**{"changes": told} | values, person=person)
    made.unit_id = person.unit_id
    session.add(made)
    session.flush()
    return made


def unit_registration(session, applicant, superior, **values):
    """A unit's registration that has not been submitted."""
    number = next(_numbers)
    made = UnitRegistration(
        **{
            "name": f"测试新单位{number}",
            "kind": UnitKind.employer,
            "registration_code": registration_code(number),
            "nature_id": reference(session, UnitNature, "20").id,
            "level_id": reference(session, UnitLevel, "40").id,
            "industry_id": reference(session, Industry, "83").id,
            "region_id": superior.region_id,
        }
        | values,
        superior_id=superior.id,
        applicant_id=applicant.id,
    )
    session.add(made)
    session.flush()
    return made


def profile(session, person, **values):
    """Fill in what a registered professional tells of themself."""
    details = {
        "birth_date": date(1980, 1, 1),
        "ethnic_group_id": reference(session, EthnicGroup, "01").id,
        "native_place_id": reference(session, Region, "410102").id,
        "major_id": reference(session, Major, "U0101").id,
        "graduation_school": "豫南槐荫师范学院",
    } | values
    for name, value in details.items():
        setattr(person, name, value)
    session.flush()
    return person


def unit_change(session, unit, superior=None, **values):
    """A change that has not been submitted: of superior if one is given, else of code."""
    kind = UnitChangeKind.superior if superior else UnitChangeKind.registration_code
    made = UnitChange(
        **{
            "before": unit.superior.name if superior else unit.registration_code,
            "after": superior.name if superior else registration_code(),
            "reason": "机构改革",
        }
        | values,
        kind=kind,
        unit_id=unit.id,
        old_superior_id=unit.superior_id,
        new_superior_id=superior.id if superior else None,
    )
    session.add(made)
    session.flush()
    return made
