"""Alarms & Conditions (OPC 10000-9) and events: watching, nodes, methods, filters, queues, history."""
