"""Run by Alembic: the migrations, on the connection that `bot.state.database` opened and in its transaction."""

from alembic import context

from bot.state.schema import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
with context.begin_transaction():
    context.run_migrations()
