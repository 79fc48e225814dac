"""Fetching pages over HTTP: a URL, a list, a feed, a sitemap or a section; politely, from public addresses only."""

from corpus.fetch.fetcher import Fetcher
from corpus.fetch.log import FetchLog
from corpus.fetch.models import Failed, FetchPolicy, Page, Unchanged
from corpus.fetch.urls import urls_in

__all__ = ["Failed", "FetchLog", "FetchPolicy", "Fetcher", "Page", "Unchanged", "urls_in"]
