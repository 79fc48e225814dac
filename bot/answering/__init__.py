"""From a question to a cited answer. Knows no Telegram and no terminal."""
