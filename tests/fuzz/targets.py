"""Every target by its name."""

from __future__ import annotations

from tests.fuzz import answering, commands, files, finding, parsing, showing, talking
from tests.fuzz.target import Target

TARGETS: dict[str, Target] = {
    each.name: each
    for module in (parsing, finding, answering, showing, files, talking, commands)
    for each in module.TARGETS
}
