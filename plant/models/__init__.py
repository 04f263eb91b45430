"""The process models, one per file; each file defines `MODEL`."""
