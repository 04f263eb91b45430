"""What the web doors cost: REST requests beside a bare route, live viewers, the query of a day."""
