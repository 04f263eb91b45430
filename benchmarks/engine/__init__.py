"""Benchmarks of the workers: real processes on a real Redis."""
