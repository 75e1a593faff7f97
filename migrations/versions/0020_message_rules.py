"""message rules: which events are told, and which messages go out by mail."""

import sqlalchemy as sa
from alembic import op

from admin_app import columns

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
KINDS = (
    "declaration",
    "person_registration",
    "unit_registration",
    "person_change",
    "unit_change",
    "transfer",
    "succession",
)
EVENTS = ("arrived", "approved", "rejected")


def words(*members, name):
    """Return the type of a closed list."""
    return sa.Enum(
        *members, name=name, native_enum=False, create_constraint=True, length=24
    )


def upgrade():
    op.create_table(
        "message_rule",
        sa.Column(
            "kind", words(*KINDS, name="recordkind"), nullable=False, comment="业务类型"
        ),
        sa.Column(
            "event", words(*EVENTS, name="messageevent"), nullable=False, comment="事件"
        ),
        sa.Column("is_told", sa.Boolean(), nullable=False, comment="站内消息"),
        sa.Column("is_mailed", sa.Boolean(), nullable=False, comment="邮件通知"),
        sa.Column("id", KEY, nullable=False, comment="编号"),
        sa.Column("created_at", columns.Moment(), nullable=False, comment="创建时间"),
        sa.Column("updated_at", columns.Moment(), nullable=False, comment="更新时间"),
        sa.CheckConstraint(
            "is_told OR NOT is_mailed", name=op.f("ck_message_rule_mailed_is_told")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message_rule")),
        sa.UniqueConstraint("kind", "event", name=op.f("uq_message_rule_kind_event")),
    )
    op.add_column(
        "message",
        sa.Column(
            "is_to_mail",
            sa.Boolean(),
            nullable=False,
            server_default=sa.false(),
            comment="待发邮件",
        ),
    )
    is_to_mail = sa.text("is_to_mail")
    op.create_index(
        "ix_message_to_mail",
        "message",
        ["id"],
        postgresql_where=is_to_mail,
        sqlite_where=is_to_mail,
    )


def downgrade():
    op.drop_index("ix_message_to_mail", "message")
    op.drop_column("message", "is_to_mail")
    op.drop_table("message_rule")
