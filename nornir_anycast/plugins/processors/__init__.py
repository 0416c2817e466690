"""Nornir processors."""

from nornir_anycast.plugins.processors.progress import Progress

__all__ = ["Progress"]
