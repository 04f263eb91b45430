"""REST, WebSocket, reconciler and the command line."""
