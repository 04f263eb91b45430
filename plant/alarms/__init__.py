"""Alarms after OPC 10000-9 as pure arithmetic: which a model has, their states, operators' orders, their words."""
