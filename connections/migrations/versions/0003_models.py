"""Uploaded models."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Create their table."""
    op.create_table(
        "models",
        sa.Column("id", sa.String(100), primary_key=True),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.Column(
            "retired", sa.Boolean, nullable=False, comment="kept for simulations that have ended, not offered any more"
        ),
        sa.Column("updated_at", sa.DateTime, nullable=False),
    )
