"""Start state and faults of a simulation."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Add them; what there is started from the first state of its model, without faults."""
    for name, kind, default, comment in (
        ("start", sa.String(100), "", "name of the start state"),
        ("planned", sa.JSON, "[]", "faults of every start"),
        ("faults", sa.JSON, "[]", "faults as the worker last told"),
    ):
        column = sa.Column(name, kind, nullable=False, server_default=default, comment=comment)
        op.add_column("simulations", column)
