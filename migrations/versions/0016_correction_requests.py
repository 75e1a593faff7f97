"""correction requests: people ask the platform to correct name or identity number."""

import sqlalchemy as sa
from alembic import op

from admin_app import columns
from admin_app.enums import CorrectionOutcome

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade():
    op.create_table(
        "correction_request",
        sa.Column("name", columns.Sorted(50), nullable=False, comment="正确的姓名"),
        sa.Column(
            "id_number",
            columns.EncryptedText("correction_request.id_number"),
            nullable=True,
            comment="正确的身份证号码",
        ),
        sa.Column("reason", sa.String(500), nullable=False, comment="更正原因"),
        sa.Column("evidence_id", KEY, nullable=True, comment="证明材料"),
        sa.Column(
            "outcome",
            columns.choice(CorrectionOutcome),
            nullable=True,
            comment="办理结果",
        ),
        sa.Column("answer", sa.String(500), nullable=False, comment="答复"),
        sa.Column("answered_at", columns.Moment(), nullable=True, comment="办理时间"),
        sa.Column("person_id", KEY, nullable=False, comment="专业技术人员"),
        sa.Column("id", KEY, nullable=False, comment="编号"),
        sa.Column("created_at", columns.Moment(), nullable=False, comment="创建时间"),
        sa.Column("updated_at", columns.Moment(), nullable=False, comment="更新时间"),
        sa.ForeignKeyConstraint(
            ["evidence_id"],
            ["attachment.id"],
            name=op.f("fk_correction_request_evidence_id"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_correction_request_person_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_correction_request")),
    )
    is_open = sa.text("outcome IS NULL")
    op.create_index(
        "uq_correction_request_open",
        "correction_request",
        ["person_id"],
        unique=True,
        postgresql_where=is_open,
        sqlite_where=is_open,
    )
    op.create_index(
        "ix_correction_request_of_person", "correction_request", ["person_id", "id"]
    )
    op.create_index(
        "ix_correction_request_outcome", "correction_request", ["outcome", "id"]
    )


def downgrade():
    op.drop_table("correction_request")
