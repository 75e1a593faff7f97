"""verified contacts, one-time codes, outgoing messages, why an account is disabled."""

import sqlalchemy as sa
from alembic import op

from admin_app import columns

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
EXPIRING = ("one_time_code", "outgoing_message")


def channel():
    return sa.Column(
        "channel",
        sa.Enum(
            "mobile",
            "email",
            name="channel",
            native_enum=False,
            create_constraint=True,
            length=24,
        ),
        nullable=False,
        comment="联系方式",
    )


def upgrade():
    op.create_table(
        "verified_contact",
        sa.Column("id", BIG_ID, nullable=False, comment="编号"),
        sa.Column("person_id", BIG_ID, nullable=False, comment="专业技术人员"),
        channel(),
        sa.Column(
            "address",
            columns.EncryptedText("verified_contact.address", 512),
            nullable=False,
            comment="已验证的号码或邮箱",
        ),
        sa.Column("verified_at", columns.Moment(), nullable=False, comment="验证时间"),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_verified_contact_person_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_verified_contact")),
        sa.UniqueConstraint(
            "person_id", "channel", name=op.f("uq_verified_contact_person_id_channel")
        ),
    )
    op.create_table(
        "one_time_code",
        sa.Column("id", sa.String(43), nullable=False, comment="编号"),
        sa.Column("answer", sa.String(64), nullable=False, comment="答案摘要"),
        sa.Column("tries", sa.SmallInteger(), nullable=False, comment="次数"),
        sa.Column("expires_at", columns.Moment(), nullable=False, comment="失效时间"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_one_time_code")),
    )
    op.create_table(
        "outgoing_message",
        sa.Column("id", BIG_ID, nullable=False, comment="编号"),
        channel(),
        sa.Column(
            "address",
            columns.EncryptedText("outgoing_message.address", 512),
            nullable=True,
            comment="收件地址",
        ),
        sa.Column("subject", sa.String(100), nullable=False, comment="标题"),
        sa.Column(
            "body",
            columns.EncryptedText("outgoing_message.body", 2_000),
            nullable=False,
            comment="内容",
        ),
        sa.Column("lease_until", columns.Moment(), nullable=True, comment="占用至"),
        sa.Column("expires_at", columns.Moment(), nullable=False, comment="失效时间"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outgoing_message")),
    )
    for table in EXPIRING:
        op.create_index(op.f(f"ix_{table}_expires_at"), table, ["expires_at"])
    with op.batch_alter_table("account") as account:
        account.add_column(
            sa.Column(
                "disabled_reason",
                sa.String(200),
                nullable=False,
                server_default="",
                comment="锁定原因",
            )
        )
    with op.batch_alter_table("account") as account:
        account.alter_column("disabled_reason", server_default=None)


def downgrade():
    with op.batch_alter_table("account") as account:
        account.drop_column("disabled_reason")
    for table in reversed(EXPIRING):
        op.drop_table(table)
    op.drop_table("verified_contact")
