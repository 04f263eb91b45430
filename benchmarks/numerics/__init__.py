"""Benchmarks of the equations alone: no process, no bus, one core."""
