"""message rules: what stands beside the records, and what happens after a decision."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

KINDS = (
    "declaration",
    "person_registration",
    "unit_registration",
    "person_change",
    "unit_change",
    "transfer",
    "succession",
)
TOPICS = (*KINDS, "certificate", "delegation", "correction")
EVENTS = ("arrived", "approved", "rejected")
MORE_EVENTS = (*EVENTS, "urged", "revoked", "restored", "delegated", "withdrawn")
RULES = sa.table(
    "message_rule",
    sa.column("kind", sa.String),
    sa.column("event", sa.String),
    sa.column("is_told", sa.Boolean),
    sa.column("is_mailed", sa.Boolean),
)
TOLD_ANYWAY = (
    ("transfer", "approved"),
    ("succession", "arrived"),
    ("succession", "approved"),
)
"""Told whatever the rule said, which was shipped as "not told" to avoid saying it twice."""


def upgrade():
    say(
        recordkind=None,
        messagetopic=("kind", TOPICS),
        messageevent=("event", MORE_EVENTS),
    )
    switch(is_told=True)


def downgrade():
    known = RULES.c.kind.in_(KINDS) & RULES.c.event.in_(EVENTS)
    op.execute(sa.delete(RULES).where(~known))
    switch(is_told=False)
    say(
        messagetopic=None,
        recordkind=("kind", KINDS),
        messageevent=("event", EVENTS),
    )


def say(**checks):
    """Let the checks of the closed lists say this, or drop them."""
    with op.batch_alter_table("message_rule") as table:
        for name, words in checks.items():
            full = op.f(f"ck_message_rule_{name}")
            if name == "messageevent" or words is None:
                table.drop_constraint(full, type_="check")
            if words is not None:
                column, members = words
                listed = ", ".join(repr(member) for member in members)
                table.create_check_constraint(full, f"{column} IN ({listed})")


def switch(*, is_told):
    """Tell or do not tell what has had a message of its own."""
    chosen = sa.tuple_(RULES.c.kind, RULES.c.event).in_(TOLD_ANYWAY)
    values = {"is_told": is_told} if is_told else {"is_told": False, "is_mailed": False}
    where = chosen & (RULES.c.is_told != is_told)
    op.execute(sa.update(RULES).where(where).values(values))
