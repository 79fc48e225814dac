"""Fixtures shared with the other folders that use real homes."""

from tests.homes import sample_home

__all__ = ["sample_home"]
