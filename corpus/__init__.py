"""Articles: reading them, cutting them into passages, keeping them, and the generations the bot serves from."""
