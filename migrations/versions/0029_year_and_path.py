"""Declarations of a year in their order; units below a path by the index alone."""

from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

YEAR, DECLARATION = "ix_declaration_of_year", "declaration"
PATH = "UNIQUE (path)"


def upgrade():
    op.create_index(YEAR, DECLARATION, ["year", "state", "submitted_at", "id"])
    _hold_path(f"{PATH} INCLUDE (id)")


def downgrade():
    _hold_path(PATH)
    op.drop_index(YEAR, DECLARATION)


def _hold_path(constraint):
    """Make the constraint anew where its index does not hold the key anyway."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "ALTER TABLE unit DROP CONSTRAINT uq_unit_path,"
            f" ADD CONSTRAINT uq_unit_path {constraint}"
        )
