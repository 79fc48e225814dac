"""Printing for people at a terminal."""

import shutil
import sys
import textwrap
from collections.abc import Iterable

import click

MAX_WIDTH = 100  # longer lines are tiring to read


def show(lines: Iterable[str]) -> None:
    """Prints lines, broken between words at the terminal's width; a pipe gets them whole."""
    if not sys.stdout.isatty():
        click.echo("\n".join(lines))
        return
    width = min(shutil.get_terminal_size().columns, MAX_WIDTH)
    for line in lines:
        indent = " " * (len(line) - len(line.lstrip()))
        click.echo(textwrap.fill(line, width, subsequent_indent=indent, break_on_hyphens=False))
