"""Alerts: what operators of the engine must know, found by one table of rules, told to log, webhooks and OPC UA."""
