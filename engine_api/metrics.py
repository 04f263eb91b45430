"""What the engine counts and measures for Prometheus."""

from collections.abc import Mapping, Sequence

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from engine_api.measures import Elsewhere
from engine_api.scene import Scene
from plant.lifecycle import HOSTED

_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)


class Metrics:
    """The engine's own registry, so that several engines in one process do not share counts."""

    def __init__(self) -> None:
        self.registry, self.elsewhere = CollectorRegistry(), Elsewhere()
        self.registry.register(self.elsewhere)
        self.requests = Counter(
            "pde_http_requests", "Answered requests", ["route", "method", "status"], registry=self.registry
        )
        self.seconds = Histogram(
            "pde_http_request_seconds", "Time to answer", ["route", "method"], buckets=_BUCKETS, registry=self.registry
        )
        self._answered: dict[tuple[str, str, int], tuple[Counter, Histogram]] = {}
        self.simulations = Gauge("pde_simulations", "Simulations by state", ["state"], registry=self.registry)
        self.workers = Gauge("pde_workers", "Living worker processes", registry=self.registry)
        self.slots = Gauge("pde_slots", "Slots of all living workers", registry=self.registry)
        self.frames = Counter("pde_frames", "Frames by what became of them", ["result"], registry=self.registry)
        self.clients = Gauge("pde_live_clients", "Open WebSockets and event streams", registry=self.registry)
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
        self.dispatches = Counter(
            "pde_dispatches", "Attempts queued by the reconciler", ["reason"], registry=self.registry
        )
        self.leads = self._gauge("pde_engine_leads", "1 while this engine reconciles")
        self.depth = self._gauge("pde_queue_depth", "Attempts that wait", ["queue"])
        self.lease_age = self._gauge("pde_lease_age_seconds", "Age of the oldest lease that is held")
        self.unheld = self._gauge("pde_simulations_unheld", "Running or paused simulations without a worker")
        self.attempts = self._gauge("pde_attempts_most", "Attempts of the simulation that has needed most")
        self.again = self._gauge("pde_simulations_retried", "Living simulations at a later attempt than the first")
        self.overruns = self._gauge("pde_overruns", "Late steps of all living simulations")
        self.skew = self._gauge("pde_clock_skew_seconds", "Clock of a machine, ahead of Redis's", ["machine"])
        self.draining = self._gauge("pde_machines_draining", "Machines that take no new simulations")
        self.disk_free = self._gauge("pde_disk_free_ratio", "Free share of the data folder's disk")
        self.redis_up = self._gauge("pde_redis_up", "Whether Redis answers")
        self.copy_age = self._gauge("pde_checkpoint_copy_age_seconds", "Since checkpoints were last copied to SQL")
        self.alerts = self._gauge("pde_alerts", "Alerts that are raised", ["rule"])
        self.webhooks = Counter("pde_webhooks", "Messages to webhooks", ["result"], registry=self.registry)

    def _gauge(self, name: str, text: str, labels: Sequence[str] = ()) -> Gauge:
        return Gauge(name, text, labels, registry=self.registry)

    def show(self, scene: Scene) -> None:
        """What the reconciler saw."""
        hosted = [record for record in scene.records if record.status in HOSTED]
        self.workers.set(len(scene.workers))
        self.slots.set(sum(seat.slots for seat in scene.seats))
        self.lease_age.set(max((age for _, age in scene.leases.values()), default=0.0))
        self.unheld.set(sum(not scene.held(record) for record in hosted))
        self.attempts.set(max((record.attempts for record in scene.records), default=0))
        self.again.set(sum(record.attempts > 1 for record in scene.records))
        self.draining.set(len(scene.draining))
        _replace(self.depth, {queue: float(depth) for queue, depth in scene.depths.items()})
        _replace(self.skew, {worker.seat.machine: worker.skew for worker in scene.workers})

    def answered(self, route: str, method: str, status: int, seconds: float) -> None:
        """Count an answered request."""
        key = (route, method, status)
        children = self._answered.get(key)
        if children is None:
            children = self.requests.labels(*key), self.seconds.labels(route, method)
            self._answered[key] = children
        children[0].inc()
        children[1].observe(seconds)

    def text(self) -> bytes:
        """All of it in Prometheus' text format."""
        return generate_latest(self.registry)


def _replace(gauge: Gauge, values: Mapping[str, float]) -> None:
    """Show these values by label and no others."""
    gauge.clear()
    for label, value in values.items():
        gauge.labels(label).set(value)
