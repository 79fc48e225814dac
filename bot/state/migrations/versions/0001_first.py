"""The first tables, and triggers that keep what admins did as it was written."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_SQLITE = """CREATE TRIGGER audit_no_{0} BEFORE {0} ON audit
    BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END"""
_POSTGRESQL = (
    """CREATE FUNCTION audit_append_only() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'the audit log is append-only'; END $$""",
    "CREATE TRIGGER audit_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON audit EXECUTE FUNCTION audit_append_only()",
)


def upgrade() -> None:
    """Makes them."""
    hashed = sa.String(32)
    op.create_table(
        "updates",
        sa.Column("bot", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("chat", hashed, nullable=False),
        sa.Column("moment", sa.Float, nullable=False),
        sa.Column("payload", sa.LargeBinary),
        sa.Column("owner", sa.String(32)),
        sa.Column("lease", sa.Float, nullable=False),
        sa.Column("replies", sa.Integer, nullable=False),
        sa.Column("done", sa.Float),
    )
    op.create_index("updates_by_chat", "updates", ["chat", "id"])
    op.create_index("updates_by_done", "updates", ["done"])
    op.create_table(
        "replies",
        sa.Column("chat", hashed, primary_key=True),
        sa.Column("message", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("moment", sa.Float, nullable=False),
        sa.Column("receipt", sa.String(32), nullable=False),
        sa.Column("sent", sa.Text, nullable=False),
    )
    op.create_table(
        "people",
        sa.Column("person", hashed, primary_key=True),
        sa.Column("moment", sa.Float, nullable=False),
        sa.Column("language", sa.String(8), nullable=False),
    )
    op.create_table(
        "conversations",
        sa.Column("chat", hashed, primary_key=True),
        sa.Column("moment", sa.Float, nullable=False),
        sa.Column("turns", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "feedback",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("moment", sa.Float, nullable=False),
        sa.Column("person", hashed, nullable=False),
        sa.Column("receipt", sa.String(32), nullable=False),
        sa.Column("right", sa.Boolean, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.UniqueConstraint("receipt", "person", name="feedback_once"),
    )
    op.create_table(
        "audit",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("moment", sa.Float, nullable=False),
        sa.Column("person", hashed, nullable=False),
        sa.Column("action", sa.String(32), nullable=False),
        sa.Column("detail", sa.Text, nullable=False),
    )
    op.create_table(
        "watches",
        sa.Column("chat", hashed, primary_key=True),
        sa.Column("reference", sa.String(300), primary_key=True),
        sa.Column("moment", sa.Float, nullable=False),
        sa.Column("address", sa.LargeBinary, nullable=False),
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("known", sa.Text, nullable=False),
    )
    op.create_table(
        "previews",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("moment", sa.Float, nullable=False),
        sa.Column("person", hashed, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("data", sa.LargeBinary),
    )
    if op.get_bind().dialect.name == "postgresql":
        op.create_table(
            "receipts",
            sa.Column("id", sa.Text, primary_key=True),
            sa.Column("moment", sa.Text, nullable=False, index=True),
            sa.Column("body", sa.Text, nullable=False),
            sa.Column("seq", sa.BigInteger, sa.Identity(), nullable=False),
        )
        op.create_table(
            "unanswered_days",
            sa.Column("day", sa.Text, primary_key=True),
            sa.Column("count", sa.Integer, nullable=False),
        )
        op.create_table(
            "unanswered_texts",
            sa.Column("day", sa.Text, primary_key=True),
            sa.Column("text", sa.Text, primary_key=True),
            sa.Column("count", sa.Integer, nullable=False),
            sa.Column("seq", sa.BigInteger, sa.Identity(), nullable=False),
        )
        for statement in _POSTGRESQL:
            op.execute(statement)
    else:
        for change in ("UPDATE", "DELETE"):
            op.execute(_SQLITE.format(change))
