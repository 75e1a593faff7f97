"""a change of a unit tells its superiors, what was and what shall be; one at a time."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
PENDING = sa.text("state = 'pending'")
INDEXES = {
    "ix_unit_change_from": ["old_superior_id", "state", "id"],
    "ix_unit_change_to": ["new_superior_id", "state", "id"],
}
UNIT = sa.table("unit", sa.column("id"), sa.column("name"), sa.column("superior_id"))
CHANGE = sa.table(
    "unit_change",
    *(sa.column(name) for name in ("id", "unit_id", "kind", "before", "after")),
    *(sa.column(name) for name in ("old_superior_id", "new_superior_id")),
    sa.column("changes", sa.JSON()),
)


def upgrade():
    with op.batch_alter_table("unit_change") as change:
        for name, comment in (("before", "变更前"), ("after", "变更后")):
            text = sa.Column(name, sa.String(100), comment=comment)
            change.add_column(text)
        change.add_column(sa.Column("old_superior_id", BIG, comment="现上级部门"))
    connection = op.get_bind()
    units = {row.id: row for row in connection.execute(sa.select(UNIT))}
    for row in connection.execute(sa.select(CHANGE)).all():
        told = (row.changes or {}).get(
            "superior_id" if row.kind == "superior" else row.kind, {}
        )
        old = units[row.unit_id].superior_id
        before, after = told.get("before") or "", told.get("after") or ""
        if row.kind == "superior":
            old = before or old
            before, after = units[old].name, units[row.new_superior_id].name
        connection.execute(
            sa.update(CHANGE)
            .where(CHANGE.c.id == row.id)
            .values(old_superior_id=old, before=before, after=after)
        )
    with op.batch_alter_table("unit_change") as change:
        for name in ("before", "after"):
            change.alter_column(
                name, existing_type=sa.String(100), nullable=False
            )
        change.alter_column("old_superior_id", existing_type=BIG, nullable=False)
        change.create_foreign_key(
            op.f("fk_unit_change_old_superior_id"), "unit", ["old_superior_id"], ["id"]
        )
        change.create_check_constraint(
            op.f("ck_unit_change_superior_is_named"),
            "(kind = 'superior') = (new_superior_id IS NOT NULL)",
        )
        change.drop_column("changes")
        for name, columns in INDEXES.items():
            change.create_index(name, columns)
        change.create_index(
            "uq_unit_change_open",
            ["unit_id"],
            unique=True,
            postgresql_where=PENDING,
            sqlite_where=PENDING,
        )


def downgrade():
    with op.batch_alter_table("unit_change") as change:
        change.add_column(
            sa.Column("changes", sa.JSON(), nullable=True, comment="变更明细")
        )
        for name in (*INDEXES, "uq_unit_change_open"):
            change.drop_index(name)
    connection = op.get_bind()
    for row in connection.execute(sa.select(CHANGE)).all():
        told = {"before": row.before, "after": row.after}
        changes = {row.kind: told}
        if row.kind == "superior":
            told = {"before": row.old_superior_id, "after": row.new_superior_id}
            changes = {"superior_id": told}
        connection.execute(
            sa.update(CHANGE).where(CHANGE.c.id == row.id).values(changes=changes)
        )
    with op.batch_alter_table("unit_change") as change:
        change.drop_constraint(op.f("ck_unit_change_superior_is_named"), "check")
        change.drop_constraint(op.f("fk_unit_change_old_superior_id"), "foreignkey")
        for name in ("before", "after", "old_superior_id"):
            change.drop_column(name)
        change.alter_column("changes", existing_type=sa.JSON(), nullable=False)
