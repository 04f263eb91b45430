"""Certificates (OPC 10000-4 6.1, 10000-12): the application's own one, whom it trusts, and whom it turned away."""
