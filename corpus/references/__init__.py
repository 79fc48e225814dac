"""References to directives: `find_references` finds them in a text, with type, number, date, issuer and relation."""

from corpus.references.find import find_references
from corpus.references.kinds import KINDS

__all__ = ["KINDS", "find_references"]
