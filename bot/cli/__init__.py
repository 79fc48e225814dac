"""The `chidao` command. Each command reads settings, does one thing and prints it; the work is done elsewhere.

    main.py   the group, errors, exit codes      admin.py    articles in, out and reloaded
    common.py what all commands need             citizen.py  ask, chat, the bot
    evaluate.py the search, measured             staff.py    references looked up, drafts checked

Exit codes: 0 all well, 1 some inputs failed, 2 the command or the settings cannot be used.
"""

from bot.cli.main import cli, main

__all__ = ["cli", "main"]
