"""closed modules: what units of a kind and level do not use."""

import sqlalchemy as sa
from alembic import op

from admin_app import columns
from admin_app.enums import UnitKind

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade():
    op.create_table(
        "closed_module",
        sa.Column(
            "unit_kind", columns.choice(UnitKind), nullable=False, comment="单位类别"
        ),
        sa.Column("level_id", KEY, nullable=True, comment="单位级别"),
        sa.Column("module", sa.String(40), nullable=False, comment="权限模块"),
        sa.Column("id", KEY, nullable=False, comment="编号"),
        sa.Column("created_at", columns.Moment(), nullable=False, comment="创建时间"),
        sa.Column("updated_at", columns.Moment(), nullable=False, comment="更新时间"),
        sa.ForeignKeyConstraint(
            ["level_id"], ["unit_level.id"], name=op.f("fk_closed_module_level_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_closed_module")),
        sa.UniqueConstraint(
            "unit_kind",
            "level_id",
            "module",
            name=op.f("uq_closed_module_unit_kind_level_id_module"),
        ),
    )


def downgrade():
    op.drop_table("closed_module")
