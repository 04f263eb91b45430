"""Exports: text for other systems, generated from the declarations."""
