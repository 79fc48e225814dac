"""Talking to people: answering questions, the terminal and Telegram."""
