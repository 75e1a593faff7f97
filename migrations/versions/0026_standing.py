"""whether people are in post, or have left without a new unit."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

STANDING = sa.Enum(
    "in_post",
    "retired",
    "resigned",
    "deceased",
    name="standing",
    native_enum=False,
    create_constraint=True,
    length=24,
)


def upgrade():
    with op.batch_alter_table("person") as person:
        person.add_column(
            sa.Column(
                "standing",
                STANDING,
                nullable=False,
                server_default="in_post",
                comment="在岗状态",
            )
        )


def downgrade():
    with op.batch_alter_table("person") as person:
        person.drop_constraint(op.f("ck_person_standing"), type_="check")
        person.drop_column("standing")
