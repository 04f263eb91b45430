"""What the other processes measure, as families for Prometheus: the OPC UA server's services, the workers, storage."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from connections.bus import Bus, speaking
from connections.durations import LAG_BOUNDS, cumulative
from connections.redis_keys import OPCUA_MEASURES
from connections.settings import Settings
from plant.errors import Unavailable

_OF_WORKERS: Mapping[str, tuple[str, str]] = {
    "hosted": ("pde_worker_simulations", "Simulations of a worker"),
    "slots": ("pde_worker_slots", "Simulations that it can take"),
    "isolated": ("pde_worker_isolated", "Those of them with a process of their own"),
    "cpu": ("pde_worker_cpu_cores", "Cores that it uses"),
    "memory": ("pde_worker_memory_bytes", "Memory that it uses"),
    "load": ("pde_worker_machine_load", "Load of its machine over a minute"),
    "unsent": ("pde_worker_frames_unsent", "Frames that wait for Redis"),
}
_COUNTED: Mapping[str, tuple[str, str]] = {
    "refused": ("pde_worker_frames_refused", "Frames that were not written because the lease was over"),
    "held_back": ("pde_worker_turns_held_back", "Turns without a step: no lease, or no room for frames"),
}
_OF_OPCUA: Mapping[str, tuple[str, str]] = {
    "sessions": ("pde_opcua_sessions", "Sessions of OPC UA clients"),
    "subscriptions": ("pde_opcua_subscriptions", "Subscriptions of OPC UA clients"),
    "items": ("pde_opcua_monitored_items", "Monitored items of all subscriptions"),
}


@dataclass(frozen=True, slots=True)
class Told:
    """What the others have told last; `opcua` is empty while there is no OPC UA server."""

    beats: Sequence[Mapping[str, str]] = ()
    opcua: Mapping[str, Any] = field(default_factory=dict)
    stored: Mapping[str, float] = field(default_factory=dict)


async def told(bus: Bus, settings: Settings) -> Told:
    """What they tell now; without Redis nobody tells anything."""
    stored = dict(_files(settings))
    try:
        beats = await bus.workers()
        with speaking():
            opcua = await bus.redis.get(OPCUA_MEASURES)
            memory = (await bus.redis.info("memory"))["used_memory"]
    except Unavailable:
        return Told(stored=stored)
    return Told(beats, json.loads(opcua or "{}"), {"redis": float(memory), **stored})


def _files(settings: Settings) -> Iterator[tuple[str, float]]:
    """The sizes of the databases that lie in the data folder, with what was not yet merged into them."""
    for what, path in (("history", settings.history_file), ("records", settings.data / "records.sqlite")):
        sizes = [size for suffix in ("", "-wal") if (size := _size(Path(f"{path}{suffix}"))) is not None]
        if sizes:
            yield what, float(sum(sizes))


def _size(path: Path) -> int | None:
    with suppress(OSError):
        return path.stat().st_size
    return None


class Elsewhere(Collector):
    """Shows `told`, which is replaced before each answer."""

    def __init__(self) -> None:
        self.told = Told()

    def collect(self) -> Iterable[Metric]:
        """Every family, also while it is empty."""
        yield from self._workers()
        yield from self._services()
        stored = GaugeMetricFamily("pde_storage_bytes", "What is kept, by where", labels=["what"])
        for what, size in self.told.stored.items():
            stored.add_metric([what], size)
        yield stored

    def _workers(self) -> Iterator[Metric]:
        labels = ["machine", "worker"]
        for key, (name, text) in _OF_WORKERS.items():
            gauge = GaugeMetricFamily(name, text, labels=labels)
            for beat in self.told.beats:
                gauge.add_metric(_who(beat), float(beat.get(key) or 0))
            yield gauge
        for key, (name, text) in _COUNTED.items():
            counter = CounterMetricFamily(name, text, labels=labels)
            for beat in self.told.beats:
                counter.add_metric(_who(beat), float(beat.get(key) or 0))
            yield counter
        jitter = HistogramMetricFamily("pde_tick_jitter_seconds", "By how much steps began late", labels=labels)
        for beat in self.told.beats:
            if "jitter" in beat:
                took = json.loads(beat["jitter"])
                jitter.add_metric(_who(beat), cumulative(took), took["total"])
        yield jitter

    def _services(self) -> Iterator[Metric]:
        for key, (name, text) in _OF_OPCUA.items():
            yield GaugeMetricFamily(name, text, value=float(self.told.opcua.get(key, 0)))
        seconds = HistogramMetricFamily("pde_opcua_request_seconds", "Time to answer", labels=["service"])
        requests = CounterMetricFamily("pde_opcua_requests", "Requests of OPC UA", labels=["service"])
        faults = CounterMetricFamily("pde_opcua_faults", "Requests answered with a ServiceFault", labels=["service"])
        for service, took in self.told.opcua.get("services", {}).items():
            seconds.add_metric([service], cumulative(took), took["total"])
            requests.add_metric([service], sum(took["counts"]))
            faults.add_metric([service], took["faults"])
        yield from (seconds, requests, faults)
        late = HistogramMetricFamily("pde_opcua_loop_lag_seconds", "How late the event loop of the OPC UA server was")
        if lag := self.told.opcua.get("lag"):
            late.add_metric([], cumulative(lag, LAG_BOUNDS), lag["total"])
        yield late


def _who(beat: Mapping[str, str]) -> list[str]:
    return [beat.get("machine", ""), beat.get("name", "")]
