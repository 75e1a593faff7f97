"""Load reference rows and the demo organisation; the caller commits."""

from pathlib import Path

from sqlalchemy.orm import Session

from admin_app.models import CertificateTemplate
from seed.cells import cell_for
from seed.chains import read_chains, write_chains
from seed.code_tables import read_code_tables
from seed.learning_forms import read_learning_forms, write_learning_forms
from seed.roles import read_roles, write_roles
from seed.sheets import Sheet
from seed.writing import Report, Writer
from seed.yearly import read_requirements, write_requirements

HERE = Path(__file__).resolve().parent
REFERENCE = HERE / "reference"

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
    roles = read_roles(folder)
    templates = [row.values for row in TEMPLATES.read(folder)]
    writer = Writer(session)
    tables.write(writer)
    write_learning_forms(writer, forms)
    write_requirements(writer, requirements)
    write_chains(writer, chains)
    write_roles(writer, roles)
    writer.upsert(CertificateTemplate, templates, key=("code",))
    session.flush()
    session.expire_all()
    return writer.report
