"""checks after the approval: who took hours back or gave them back, why, by which lines.

SQLite keeps its append-only tables with their triggers: only the text of a check
changes, as https://sqlite.org/lang_altertable.html tells.
"""

import sqlalchemy as sa
from alembic import op

from admin_app import columns

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
ACTIONS = ("submit", "approve", "reject", "withdraw", "revoke", "hand_up")
PURPOSES = (
    "declaration_proof",
    "unit_scan",
    "photo",
    "change_evidence",
    "notice",
)
OWNERS = ("declaration_id", "unit_registration_id", "unit_id", "person_id", "notice_id")
IS_CHECKED = sa.text("check_id IS NOT NULL")


def listed(column, members):
    """Return the condition that a column holds a member."""
    return f"{column} IN ({', '.join(repr(member) for member in members)})"


def owned(names):
    """Return the condition that a picture belongs to something."""
    return " OR ".join(f"({name} IS NOT NULL)" for name in names)


CHECKS = {
    ("credit_entry", "entrykind"): (
        listed("kind", ("credit", "reversal")),
        listed("kind", ("credit", "reversal", "restoration")),
    ),
    ("credit_entry", "sign_of_kind"): (
        "(kind = 'credit') = (amount > 0)",
        "(kind <> 'reversal') = (amount > 0)",
    ),
    ("credit_entry", "reversal_names_it"): (
        "(kind = 'reversal') = (reverses_id IS NOT NULL)",
        "(kind <> 'credit') = (reverses_id IS NOT NULL)",
    ),
    ("workflow_event", "action"): (
        listed("action", ACTIONS),
        listed("action", (*ACTIONS, "restore")),
    ),
    ("attachment", "attachmentpurpose"): (
        listed("purpose", PURPOSES),
        listed("purpose", (*PURPOSES, "check_evidence")),
    ),
    ("attachment", "belongs_to_a_record"): (
        owned(OWNERS),
        owned((*OWNERS, "check_id")),
    ),
}
"""Table and name of a check, with what it says before and after."""


def upgrade():
    op.create_table(
        "hours_check",
        sa.Column("unit_id", KEY, nullable=True, comment="审验单位"),
        sa.Column("account_id", KEY, nullable=False, comment="账号"),
        sa.Column("actor_name", sa.String(50), nullable=False, comment="审验人"),
        sa.Column(
            "action",
            sa.Enum(
                *ACTIONS,
                "restore",
                name="action",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
            comment="操作",
        ),
        sa.Column("reason", sa.String(500), nullable=False, comment="原因"),
        sa.Column("at", columns.Moment(), nullable=False, comment="时间"),
        sa.Column("id", KEY, nullable=False, comment="编号"),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_hours_check_says_why")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_hours_check_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["unit.id"], name=op.f("fk_hours_check_unit_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hours_check")),
    )
    op.create_index("ix_hours_check_of_unit", "hours_check", ["unit_id", "id"])
    # Said as SQL, because SQLite would rebuild the tables and drop their triggers.
    kind = "INTEGER" if op.get_bind().dialect.name == "sqlite" else "BIGINT"
    for table in ("credit_entry", "attachment"):
        op.execute(
            f"ALTER TABLE {table} ADD COLUMN check_id {kind} "
            f"CONSTRAINT fk_{table}_check_id REFERENCES hours_check (id)"
        )
        if kind == "BIGINT":
            op.execute(f"COMMENT ON COLUMN {table}.check_id IS '学时审验'")
    op.create_index(
        "ix_credit_entry_of_check",
        "credit_entry",
        ["check_id"],
        postgresql_where=IS_CHECKED,
        sqlite_where=IS_CHECKED,
    )
    op.create_index(op.f("ix_attachment_check_id"), "attachment", ["check_id"])
    say(CHECKS, is_asked=True)
    with op.batch_alter_table("year_total") as table:
        table.create_check_constraint(
            op.f("ck_year_total_never_below_zero"), "amount >= 0"
        )


def downgrade():
    with op.batch_alter_table("year_total") as table:
        table.drop_constraint(op.f("ck_year_total_never_below_zero"), type_="check")
    op.execute("DELETE FROM attachment WHERE purpose = 'check_evidence'")
    back = {check: (after, before) for check, (before, after) in CHECKS.items()}
    say(back, is_asked=False)
    op.drop_index(op.f("ix_attachment_check_id"), "attachment")
    op.drop_index("ix_credit_entry_of_check", "credit_entry")
    for table in ("attachment", "credit_entry"):
        op.drop_column(table, "check_id")
    op.drop_table("hours_check")


def say(changes, *, is_asked):
    """Let checks say something else, to what is there already as well or to new lines."""
    bind = op.get_bind()
    if bind.dialect.name != "sqlite":
        for (table, name), (_before, after) in changes.items():
            full = op.f(f"ck_{table}_{name}")
            op.drop_constraint(full, table, type_="check")
            op.create_check_constraint(
                full, table, after, postgresql_not_valid=not is_asked
            )
        return
    version = bind.exec_driver_sql("PRAGMA schema_version").scalar()
    bind.exec_driver_sql("PRAGMA writable_schema = ON")
    for (table, _name), (before, after) in changes.items():
        bind.exec_driver_sql(
            "UPDATE sqlite_master SET sql = replace(sql, ?, ?) "
            "WHERE type = 'table' AND name = ?",
            (before, after, table),
        )
    bind.exec_driver_sql(f"PRAGMA schema_version = {version + 1}")
    bind.exec_driver_sql("PRAGMA writable_schema = OFF")
