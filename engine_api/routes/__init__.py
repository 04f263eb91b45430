"""The routes of the REST interface, one noun per module."""
