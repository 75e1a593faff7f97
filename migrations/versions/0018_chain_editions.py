"""approval chains in editions, with conditions."""

import sqlalchemy as sa
from alembic import op

from admin_app import columns
from admin_app.enums import ChainStatus

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
IN_FORCE = sa.text("status = 'in_force'")
KEYS = ("kind", "source", "conditions")
POINTS_AT = {"level_id": "unit_level", "region_id": "region", "industry_id": "industry"}
LABELS = {"level_id": "单位级别", "region_id": "所在地区", "industry_id": "所属行业"}


def upgrade():
    with op.batch_alter_table("approval_chain") as chain:
        chain.drop_constraint(op.f("uq_approval_chain_kind_source"), type_="unique")
        for name, label in LABELS.items():
            chain.add_column(sa.Column(name, KEY, nullable=True, comment=label))
        chain.add_column(
            sa.Column(
                "conditions",
                sa.String(64),
                nullable=False,
                server_default="",
                comment="适用条件",
            )
        )
        chain.add_column(
            sa.Column(
                "edition",
                sa.SmallInteger(),
                nullable=False,
                server_default="1",
                comment="版次",
            )
        )
        # What there is counts already.
        chain.add_column(
            sa.Column(
                "status",
                columns.choice(ChainStatus),
                nullable=False,
                server_default="in_force",
                comment="状态",
            )
        )
        chain.add_column(
            sa.Column(
                "published_at", columns.Moment(), nullable=True, comment="发布时间"
            )
        )
        for name, table in POINTS_AT.items():
            chain.create_foreign_key(
                op.f(f"fk_approval_chain_{name}"), table, [name], ["id"]
            )
        chain.create_unique_constraint(
            op.f("uq_approval_chain_kind_source_conditions_edition"),
            [*KEYS, "edition"],
        )
    with op.batch_alter_table("approval_chain") as chain:
        for name in ("conditions", "edition", "status"):
            chain.alter_column(name, server_default=None)
    op.create_index(
        "uq_approval_chain_in_force",
        "approval_chain",
        [*KEYS],
        unique=True,
        postgresql_where=IN_FORCE,
        sqlite_where=IN_FORCE,
    )


def downgrade():
    op.drop_index("uq_approval_chain_in_force", "approval_chain")
    op.execute("DELETE FROM approval_chain WHERE status <> 'in_force' OR conditions <> ''")
    with op.batch_alter_table("approval_chain") as chain:
        chain.drop_constraint(
            op.f("uq_approval_chain_kind_source_conditions_edition"), type_="unique"
        )
        for name in POINTS_AT:
            chain.drop_constraint(
                op.f(f"fk_approval_chain_{name}"), type_="foreignkey"
            )
        chain.drop_constraint(op.f("ck_approval_chain_chainstatus"), type_="check")
        for name in (*POINTS_AT, "conditions", "edition", "status", "published_at"):
            chain.drop_column(name)
        chain.create_unique_constraint(
            op.f("uq_approval_chain_kind_source"), ["kind", "source"]
        )
