"""Thin I/O that the three processes share: settings, Redis, run records, historian stores, log, metrics."""
