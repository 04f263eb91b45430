"""What Alembic runs: the migrations on the connection that `migrate` opened."""

from alembic import context

from connections.database import METADATA

context.configure(connection=context.config.attributes["connection"], target_metadata=METADATA)
with context.begin_transaction():
    context.run_migrations()
