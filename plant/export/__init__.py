"""Texts generated from the declarations: NodeSet2 XML, TypeScript, Telegraf, Grafana, Markdown."""
