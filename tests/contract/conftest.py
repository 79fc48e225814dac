"""Fixtures shared with the other folders that use real homes."""

from tests.homes import chidao, sample_home

__all__ = ["chidao", "sample_home"]
