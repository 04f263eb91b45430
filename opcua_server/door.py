"""What this door is called in actions and in the audit, and how long it waits for Redis."""

DOOR = "opcua"
PATIENCE = 0.8
"""Seconds for Redis: clients watch their connection about once a second, and a Write holds up what follows it."""
