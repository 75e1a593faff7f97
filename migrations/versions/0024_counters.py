"""counters of declarations by unit, and rolls of all below it."""

import sqlalchemy as sa
from alembic import op

from admin_app import columns

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
STATES = ("draft", "pending", "approved", "rejected", "withdrawn", "revoked")
# What is there is counted; the job brings it to the units above.
COUNT = """
INSERT INTO unit_tally (unit_id, year, state, number, amount)
SELECT unit_id, year, state, count(*),
       sum(CASE WHEN measure = 'hours' THEN claimed ELSE 0 END)
FROM declaration WHERE state <> 'draft' AND deleted_at IS NULL
GROUP BY unit_id, year, state
"""


def states():
    """Return the type of the closed list of states."""
    return sa.Enum(
        *STATES, name="state", native_enum=False, create_constraint=True, length=24
    )


def counter(name, *columns_of_it):
    """Add a table that counts by unit, year and state."""
    op.create_table(
        name,
        sa.Column("unit_id", KEY, nullable=False, comment="单位"),
        sa.Column("year", sa.SmallInteger(), nullable=False, comment="年度"),
        sa.Column("state", states(), nullable=False, comment="状态"),
        sa.Column("number", sa.Integer(), nullable=False, comment="申报数"),
        sa.Column("amount", columns.LargeAmount(), nullable=False, comment="学时"),
        *columns_of_it,
        sa.ForeignKeyConstraint(
            ["unit_id"], ["unit.id"], name=op.f(f"fk_{name}_unit_id_unit")
        ),
        sa.PrimaryKeyConstraint("unit_id", "year", "state", name=op.f(f"pk_{name}")),
    )


def upgrade():
    counter(
        "unit_tally",
        sa.Column(
            "folded_number",
            sa.Integer(),
            nullable=False,
            server_default="0",
            comment="已汇总申报数",
        ),
        sa.Column(
            "folded_amount",
            columns.LargeAmount(),
            nullable=False,
            server_default="0",
            comment="已汇总学时",
        ),
    )
    unfolded = sa.text("number <> folded_number OR amount <> folded_amount")
    op.create_index(
        "ix_unit_tally_unfolded",
        "unit_tally",
        ["unit_id"],
        postgresql_where=unfolded,
        sqlite_where=unfolded,
    )
    counter("unit_roll")
    op.create_table(
        "roll_fold",
        sa.Column("id", sa.SmallInteger(), nullable=False, comment="编号"),
        sa.Column("folded_at", columns.Moment(), nullable=True, comment="汇总时间"),
        sa.CheckConstraint("id = 1", name=op.f("ck_roll_fold_one_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_roll_fold")),
    )
    op.execute(COUNT)


def downgrade():
    op.drop_table("roll_fold")
    op.drop_table("unit_roll")
    op.drop_index("ix_unit_tally_unfolded", "unit_tally")
    op.drop_table("unit_tally")
