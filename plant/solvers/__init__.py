"""Numerical methods: fixed-step integration and steady states."""
