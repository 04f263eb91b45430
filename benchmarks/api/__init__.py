"""What the web doors cost: REST requests beside a bare route, live viewers, control actions, the query of a day."""
