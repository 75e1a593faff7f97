"""The newest declarations: of whoever filed them, and walked without their rows."""

from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

TABLE = "declaration"
OF_FILER, NEWEST = "ix_declaration_filed_by", "ix_declaration_newest"
ORDER = ["state", "submitted_at", "id"]


def upgrade():
    for name in (OF_FILER, NEWEST):
        op.drop_index(name, TABLE)
    op.create_index(OF_FILER, TABLE, ["filed_by_id", *ORDER, "unit_id"])
    op.create_index(NEWEST, TABLE, [*ORDER, "unit_id", "filed_by_id"])


def downgrade():
    for name in (OF_FILER, NEWEST):
        op.drop_index(name, TABLE)
    op.create_index(OF_FILER, TABLE, ["filed_by_id", "state", "id"])
    op.create_index(NEWEST, TABLE, [*ORDER, "unit_id"])
