"""Draining of machines; actions and tails that Redis may forget; answers of requests that may come again."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Create them; every machine is in service."""
    op.add_column(
        "machines",
        sa.Column("draining", sa.String(10), nullable=True, comment="move or finish; NULL: in service"),
    )
    op.add_column("machines", sa.Column("version", sa.Integer, nullable=False, server_default="1"))
    op.create_table(
        "actions",
        sa.Column("sim_id", sa.String(120), primary_key=True),
        sa.Column("number", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "tails",
        sa.Column("sim_id", sa.String(120), primary_key=True),
        sa.Column("published", sa.String(80), nullable=False),
        sa.Column("applied", sa.Text, nullable=False, comment="action number -> tick and wall time, as JSON"),
    )
    op.create_table(
        "requests",
        sa.Column("id", sa.String(64), primary_key=True, comment="SHA-256 of caller, method, path and key"),
        sa.Column("asked", sa.String(64), nullable=False, comment="SHA-256 of what was asked"),
        sa.Column("sim_id", sa.String(120), nullable=True, comment="what it started or changed"),
        sa.Column("status", sa.Integer, nullable=True, comment="NULL: not answered yet"),
        sa.Column("headers", sa.JSON, nullable=True),
        sa.Column("body", sa.LargeBinary, nullable=True),
        sa.Column("created_at", sa.DateTime, nullable=False, index=True),
    )
