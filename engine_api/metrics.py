"""What the engine counts and measures for Prometheus."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)


class Metrics:
    """The engine's own registry, so that several engines in one process do not share counts."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "pde_http_requests", "Answered requests", ["route", "method", "status"], registry=self.registry
        )
        self.seconds = Histogram(
            "pde_http_request_seconds", "Time to answer", ["route", "method"], buckets=_BUCKETS, registry=self.registry
        )
        self.simulations = Gauge("pde_simulations", "Simulations by state", ["state"], registry=self.registry)
        self.workers = Gauge("pde_workers", "Living worker processes", registry=self.registry)
        self.slots = Gauge("pde_slots", "Slots of all living workers", registry=self.registry)
        self.frames = Counter("pde_frames", "Frames by what became of them", ["result"], registry=self.registry)
        self.clients = Gauge("pde_live_clients", "Open WebSocket connections", registry=self.registry)
        self.dropped_clients = Counter(
            "pde_live_clients_dropped", "WebSocket clients closed by the engine", ["code"], registry=self.registry
        )
        self.take_overs = Counter(
            "pde_lease_take_overs", "Attempts started because a lease was lost", registry=self.registry
        )
        self.reports = Counter("pde_reports", "Reports of workers", ["kind", "result"], registry=self.registry)
        self.rounds_failed = Counter(
            "pde_reconciler_rounds_failed", "Rounds given up because a part was away", registry=self.registry
        )

    def text(self) -> bytes:
        """All of it in Prometheus' text format."""
        return generate_latest(self.registry)
