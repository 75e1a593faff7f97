"""Load reference rows and the demo organisation; the caller commits."""

import datetime as dt
from pathlib import Path
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from admin_app.models import (
    AcademicHonour,
    CertificateTemplate,
    CreditEntry,
    Declaration,
    EducationRecord,
    Person,
    PersonChange,
    PersonRegistration,
    ProfessionalPost,
    Qualification,
    Transfer,
    YearTotal,
)
from admin_app.operations import counters
from seed.cells import cell_for
from seed.chains import read_chains, write_chains
from seed.code_tables import read_code_tables
from seed.demo_accounts import SUPERUSER_SERIAL, plan_staff, write_cast
from seed.demo_declarations import Study, read_school
from seed.demo_notices import write_notices
from seed.demo_people import (
    administrator,
    read_names,
    read_samples,
    with_invented,
)
from seed.demo_profiles import write_profiles
from seed.demo_requests import Requests
from seed.demo_rows import DEMO, read_code_ids
from seed.demo_units import read_organisation, write_organisation
from seed.learning_forms import read_learning_forms, write_learning_forms
from seed.message_rules import read_message_rules, write_message_rules
from seed.profile_fields import read_profile_fields, write_profile_fields
from seed.roles import read_roles, write_roles
from seed.sheets import Sheet
from seed.writing import Report, Writer
from seed.yearly import read_requirements, write_requirements

HERE = Path(__file__).resolve().parent
REFERENCE = HERE / "reference"
DEMO_PEOPLE: Final = 3000
COUNTED: Final = (
    EducationRecord,
    Qualification,
    ProfessionalPost,
    AcademicHonour,
    Declaration,
    CreditEntry,
    YearTotal,
    PersonRegistration,
    Transfer,
    PersonChange,
)
"""What people have; it is told as left when they are there already."""

TEMPLATES = Sheet(
    "certificate_templates.csv",
    {
        "code": cell_for(CertificateTemplate.code),
        "name": cell_for(CertificateTemplate.name),
        "name_en": cell_for(CertificateTemplate.name_en),
    },
)


def load_reference(session: Session, *, folder: Path = REFERENCE) -> Report:
    """Bring the reference files into the tables and tell what changed.

    All files are read and checked before the first row is written; SeedError names
    the place of the first thing that is wrong.
    """
    tables = read_code_tables(folder)
    forms = read_learning_forms(folder)
    requirements = read_requirements(folder)
    chains = read_chains(folder)
    fields = read_profile_fields(folder)
    rules = read_message_rules(folder)
    roles = read_roles(folder)
    templates = [row.values for row in TEMPLATES.read(folder)]
    writer = Writer(session)
    tables.write(writer)
    write_learning_forms(writer, forms)
    write_requirements(writer, requirements)
    write_chains(writer, chains)
    write_profile_fields(writer, fields)
    write_message_rules(writer, rules)
    write_roles(writer, roles)
    writer.upsert(CertificateTemplate, templates, key=("code",))
    session.flush()
    session.expire_all()
    return writer.report


def load_demo(
    session: Session,
    *,
    people: int = DEMO_PEOPLE,
    now: dt.datetime,
    folder: Path = DEMO,
) -> Report:
    """Add the demo organisation as it would stand at `now`; what is there stays as it is.

    Needs the reference rows. The same `people` and `now` always give the same rows.
    """
    codes = read_code_ids(session)
    organisation = read_organisation(folder, codes)
    names = read_names(folder, codes)
    writer = Writer(session)
    tree = write_organisation(writer, organisation)
    samples = read_samples(folder, codes, tree, names)
    staff = plan_staff(tree, names, samples[:people])
    superuser = administrator(names, "superuser", serial=SUPERUSER_SERIAL)
    specs = with_invented(samples, codes, tree, names, people=people)
    cast = write_cast(
        writer, tree, people=specs, staff=staff, superuser=superuser, now=now
    )
    _count_left(writer)
    study = Study(tree, cast, read_school(session, tree), now)
    fresh = [spec for spec in specs if spec.serial in cast.fresh]
    study.write(writer, fresh)
    posts = write_profiles(writer, cast, fresh)
    Requests(writer, tree, cast, codes, now, posts).write(specs, names)
    write_notices(writer, folder, tree)
    session.flush()
    counters.rebuild(session, now=now)
    session.expire_all()
    return writer.report


def _count_left(writer: Writer) -> None:
    """Count what demo people have from an earlier load; it is not written again."""
    for model in COUNTED:
        statement = select(func.count()).select_from(model).join(model.person)
        left = writer.session.scalar(statement.where(Person.is_demo)) or 0
        writer.report.count(model.__tablename__, left=left)
