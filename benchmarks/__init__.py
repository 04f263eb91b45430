"""Figures of the product, measured on real processes."""
