"""Sign-ins and API keys."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Create their tables."""
    op.create_table(
        "sign_ins",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("user", sa.String(100), nullable=False, index=True),
        sa.Column("kind", sa.String(10), nullable=False, comment="bearer or session"),
        sa.Column("secret", sa.String(64), nullable=True, comment="SHA-256 of a session's cookie"),
        sa.Column("generation", sa.Integer, nullable=False, comment="how often its refresh token was changed"),
        sa.Column("address", sa.String(100), nullable=False),
        sa.Column("created_at", sa.DateTime, nullable=False),
        sa.Column("expires_at", sa.DateTime, nullable=False),
        sa.Column("revoked", sa.Boolean, nullable=False),
    )
    op.create_table(
        "api_keys",
        sa.Column("id", sa.String(16), primary_key=True),
        sa.Column("user", sa.String(100), nullable=False, index=True),
        sa.Column("label", sa.String(100), nullable=False),
        sa.Column("secret", sa.String(64), nullable=False, comment="SHA-256"),
        sa.Column("scopes", sa.String(100), nullable=False, comment="rights, with spaces between them"),
        sa.Column("created_at", sa.DateTime, nullable=False),
        sa.Column("expires_at", sa.DateTime, nullable=False),
        sa.Column("revoked", sa.Boolean, nullable=False),
    )
