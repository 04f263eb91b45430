"""Owner and sharing of a simulation."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Add them; what there is was started without a name and stays open to all."""
    owner = sa.Column("owner", sa.String(100), nullable=True, comment="name of the user whose it is")
    op.add_column("simulations", owner)
    sharing = sa.Column(
        "sharing", sa.String(10), nullable=False, server_default="open", comment="private, shared or open"
    )
    op.add_column("simulations", sharing)
