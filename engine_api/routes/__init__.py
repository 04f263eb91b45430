"""The routes, one group per file; `engine_api.app` puts them together."""
