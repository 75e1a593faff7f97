"""requests for another chief, and their kind among the kinds of record.

SQLite keeps its tables with their triggers: only the text of a check changes, as
https://sqlite.org/lang_altertable.html tells.
"""

import sqlalchemy as sa
from alembic import op

from admin_app import columns

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

TABLES = ("approval_chain", "hidden_record", "urge", "workflow_event")
KINDS = (
    "declaration",
    "person_registration",
    "unit_registration",
    "person_change",
    "unit_change",
    "transfer",
)
STATES = ("draft", "pending", "approved", "rejected", "withdrawn", "revoked")
PENDING = sa.text("state = 'pending'")
BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade():
    allow(KINDS, (*KINDS, "succession"))
    op.create_table(
        "succession",
        sa.Column("successor_id", BIG, nullable=False, comment="继任人"),
        sa.Column("former_id", BIG, nullable=True, comment="原超级管理员"),
        sa.Column("filed_by_id", BIG, nullable=False, comment="申请单位"),
        sa.Column("requested_by_id", BIG, nullable=False, comment="申请人"),
        sa.Column("reason", sa.String(500), nullable=False, comment="申请理由"),
        sa.Column("unit_id", BIG, nullable=False, comment="单位"),
        sa.Column("id", BIG, nullable=False, comment="编号"),
        sa.Column("created_at", columns.Moment(), nullable=False, comment="创建时间"),
        sa.Column("updated_at", columns.Moment(), nullable=False, comment="更新时间"),
        sa.Column(
            "state",
            sa.Enum(
                *STATES,
                name="state",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
            comment="状态",
        ),
        sa.Column("step", sa.SmallInteger(), nullable=False, comment="审批步骤"),
        sa.Column("version", sa.Integer(), nullable=False, comment="版本"),
        sa.Column("submitted_at", columns.Moment(), nullable=True, comment="提交时间"),
        sa.Column("waiting_since", columns.Moment(), nullable=True, comment="到达时间"),
        sa.Column("decided_at", columns.Moment(), nullable=True, comment="审核时间"),
        sa.Column("opinion", sa.Text(), nullable=False, comment="审核意见"),
        sa.Column("decider_id", BIG, nullable=True, comment="审核单位"),
        sa.CheckConstraint(
            "(state = 'pending') = (decider_id IS NOT NULL)",
            name=op.f("ck_succession_decider_while_pending"),
        ),
        *(
            sa.ForeignKeyConstraint(
                [column],
                [f"{target}.id"],
                name=op.f(f"fk_succession_{column}_{target}"),
            )
            for column, target in (
                ("successor_id", "person"),
                ("former_id", "person"),
                ("filed_by_id", "unit"),
                ("requested_by_id", "person"),
                ("unit_id", "unit"),
                ("decider_id", "unit"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_succession")),
    )
    op.create_index(op.f("ix_succession_filed_by_id"), "succession", ["filed_by_id"])
    op.create_index(
        "ix_succession_inbox",
        "succession",
        ["decider_id", "submitted_at", "id"],
        postgresql_where=PENDING,
        sqlite_where=PENDING,
    )
    op.create_index(
        "ix_succession_of_unit", "succession", ["unit_id", "state", "id"]
    )
    op.create_index(
        "uq_succession_open",
        "succession",
        ["unit_id"],
        unique=True,
        postgresql_where=PENDING,
        sqlite_where=PENDING,
    )


def downgrade():
    op.drop_table("succession")
    for table in ("approval_chain", "hidden_record", "urge"):
        op.execute(f"DELETE FROM {table} WHERE kind = 'succession'")
    allow((*KINDS, "succession"), KINDS)


def allow(before, after):
    """Let the tables that name a kind of record know these kinds."""
    old, new = (", ".join(f"'{kind}'" for kind in kinds) for kinds in (before, after))
    bind = op.get_bind()
    if bind.dialect.name == "sqlite":
        version = bind.exec_driver_sql("PRAGMA schema_version").scalar()
        bind.exec_driver_sql("PRAGMA writable_schema = ON")
        for table in TABLES:
            bind.exec_driver_sql(
                "UPDATE sqlite_master SET sql = replace(sql, ?, ?) "
                "WHERE type = 'table' AND name = ?",
                (f"kind IN ({old})", f"kind IN ({new})", table),
            )
        bind.exec_driver_sql(f"PRAGMA schema_version = {version + 1}")
        bind.exec_driver_sql("PRAGMA writable_schema = OFF")
        return
    for table in TABLES:
        name = f"ck_{table}_recordkind"
        op.drop_constraint(op.f(name), table, type_="check")
        op.create_check_constraint(op.f(name), table, f"kind IN ({new})")
