"""The audit."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Create its table."""
    op.create_table(
        "audit",
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True, autoincrement=True),
        sa.Column(
            "place", sa.String(40), nullable=False, unique=True, comment="in the stream that it came by: stored once"
        ),
        sa.Column("at", sa.BigInteger, nullable=False, index=True, comment="nanoseconds since 1970 UTC"),
        sa.Column("user", sa.String(100), nullable=False, index=True),
        sa.Column("address", sa.String(100), nullable=False),
        sa.Column("door", sa.String(20), nullable=False),
        sa.Column("what", sa.String(60), nullable=False, index=True),
        sa.Column("sim_id", sa.String(120), nullable=True, index=True),
        sa.Column("old", sa.JSON, nullable=True),
        sa.Column("new", sa.JSON, nullable=True),
        sa.Column("simulation_time", sa.Float, nullable=True, comment="simulated seconds of the newest sample"),
        sa.Column("outcome", sa.String(10), nullable=False, comment="done or refused"),
        sa.Column("detail", sa.Text, nullable=False),
    )
