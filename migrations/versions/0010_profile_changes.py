"""what a change of a person's data is about, and which items are reviewed."""

import sqlalchemy as sa
from alembic import op

from admin_app import columns

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

PENDING = sa.text("state = 'pending'")
BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
SECTIONS = ("basic", "education", "qualification", "post", "honour")
ACTS = ("add", "edit", "remove")


def words(*members, name):
    """Return the type of a closed list; its check is made by name."""
    return sa.Enum(
        *members, name=name, native_enum=False, create_constraint=False, length=24
    )


def listed(column, members):
    """Return the condition that a column holds a member."""
    return f"{column} IN ({', '.join(repr(member) for member in members)})"


def upgrade():
    section = words(*SECTIONS, name="profilesection")
    op.create_table(
        "profile_field",
        sa.Column("section", section, nullable=False, comment="资料类别"),
        sa.Column("name", columns.Sorted(40), nullable=False, comment="字段名"),
        sa.Column("label", columns.Sorted(100), nullable=False, comment="信息项"),
        sa.Column("label_en", sa.String(160), nullable=False, comment="英文名称"),
        sa.Column("is_reviewed", sa.Boolean(), nullable=False, comment="需要审核"),
        sa.Column("id", BIG, nullable=False, comment="编号"),
        sa.Column("created_at", columns.Moment(), nullable=False, comment="创建时间"),
        sa.Column("updated_at", columns.Moment(), nullable=False, comment="更新时间"),
        sa.CheckConstraint(
            listed("section", SECTIONS), name=op.f("ck_profile_field_profilesection")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_profile_field")),
        sa.UniqueConstraint("section", "name", name=op.f("uq_profile_field_section_name")),
    )
    # What was there before is about professional posts: nothing else was reviewed.
    with op.batch_alter_table("person_change") as table:
        table.add_column(
            sa.Column(
                "section",
                section,
                nullable=False,
                server_default="post",
                comment="资料类别",
            )
        )
        table.add_column(
            sa.Column(
                "act",
                words(*ACTS, name="changeact"),
                nullable=False,
                server_default="add",
                comment="操作",
            )
        )
        table.add_column(sa.Column("row_id", BIG, nullable=True, comment="资料行"))
    with op.batch_alter_table("person_change") as table:
        table.alter_column("section", server_default=None)
        table.alter_column("act", server_default=None)
        table.create_check_constraint(
            op.f("ck_person_change_profilesection"), listed("section", SECTIONS)
        )
        table.create_check_constraint(
            op.f("ck_person_change_changeact"), listed("act", ACTS)
        )
        table.create_check_constraint(
            op.f("ck_person_change_row_unless_added"),
            "(act = 'add') = (row_id IS NULL)",
        )
        table.create_index(
            "uq_person_change_open",
            ["person_id", "section"],
            unique=True,
            postgresql_where=PENDING,
            sqlite_where=PENDING,
        )


def downgrade():
    with op.batch_alter_table("person_change") as table:
        table.drop_index("uq_person_change_open")
        for name in ("row_unless_added", "changeact", "profilesection"):
            table.drop_constraint(op.f(f"ck_person_change_{name}"), type_="check")
    with op.batch_alter_table("person_change") as table:
        for name in ("row_id", "act", "section"):
            table.drop_column(name)
    op.drop_table("profile_field")
