"""Users."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Create their table."""
    op.create_table(
        "users",
        sa.Column("name", sa.String(100), primary_key=True),
        sa.Column("role", sa.String(20), nullable=False),
        sa.Column(
            "password", sa.String(200), nullable=True, comment="argon2 hash; none: no password opens this account"
        ),
        sa.Column(
            "certificate",
            sa.String(64),
            nullable=True,
            unique=True,
            comment="SHA-256 thumbprint of the user certificate",
        ),
        sa.Column("disabled", sa.Boolean, nullable=False),
        sa.Column("updated_at", sa.DateTime, nullable=False),
    )
