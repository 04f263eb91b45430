"""What a simulation does with lost time, when it ends unused, whether it runs apart, and what it is a branch of."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Add them; what there is catches up, idles as long as it likes, and shares its process."""
    for name, kind, default, comment in (
        ("stall", sa.String(10), "catch_up", "catch_up or skip"),
        ("resume", sa.String(10), "catch_up", "catch_up or hold"),
        ("isolated", sa.Boolean, sa.false(), "has a process of its own"),
    ):
        column = sa.Column(name, kind, nullable=False, server_default=default, comment=comment)
        op.add_column("simulations", column)
    comment = "seconds without an action until it ends"
    op.add_column("simulations", sa.Column("idle", sa.Float, nullable=True, comment=comment))
    comment = "the snapshot that it is a branch of"
    op.add_column("simulations", sa.Column("origin", sa.String(300), nullable=True, comment=comment))
