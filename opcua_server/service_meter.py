"""What the services of OPC UA have been asked, how often they failed and how long they took; told to the engine."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from time import perf_counter
from typing import TYPE_CHECKING, Any

from asyncua import ua

from connections.bus import Bus, speaking
from connections.durations import Durations
from connections.redis_keys import OPCUA_MEASURES
from opcua_server.wire import READ_REQUEST, SERVICE, service

if TYPE_CHECKING:
    from opcua_server.shared_services import Services

LIFE = 10
"""Seconds for which what was told counts."""
OTHER = "Other"
_ENDING = "Request_Encoding_DefaultBinary"
_NAMES: Mapping[bytes, str] = {
    service(number): name.removesuffix(_ENDING)
    for name, number in vars(ua.ObjectIds).items()
    if name.endswith(_ENDING) and number < 1 << 16
}


class ServiceMeter:
    """One histogram and one count of faults for each service that was asked for."""

    def __init__(self) -> None:
        self.seconds: dict[str, Durations] = {}
        self.faults: dict[str, int] = {}
        self._reads = self._of(_NAMES[READ_REQUEST])
        self.singles, self._took_single = 0, 0.0

    def read(self, began: float) -> None:
        """Count a Read that a fast path answered; `began` is of `perf_counter`."""
        self._reads.observe(perf_counter() - began)

    def timed_single(self, seconds: float) -> None:
        """What one of the `singles`, the Reads that are counted but not timed, took: it stands for the others."""
        self._took_single = seconds
        self._reads.observe(seconds, self.singles)
        self.singles = 0

    @contextmanager
    def asked(self, body: bytes) -> Iterator[None]:
        """Count the request in this message."""
        began = perf_counter()
        try:
            yield
        finally:
            self.took(body, began)

    def took(self, body: bytes, began: float) -> None:
        """Count the request in this message, which was answered; `began` is of `perf_counter`."""
        self._of(name_of(body)).observe(perf_counter() - began)

    def failed(self, body: bytes) -> None:
        """Count a request that is answered with a ServiceFault."""
        name = name_of(body)
        self.faults[name] = self.faults.get(name, 0) + 1

    def served(self, name: str) -> int:
        """How often a service was asked for and did not fail."""
        took = self.seconds.get(name)
        return 0 if took is None else sum(took.counts) - self.faults.get(name, 0)

    def _of(self, name: str) -> Durations:
        return self.seconds.setdefault(name, Durations())

    def content(self) -> dict[str, Any]:
        """All of it, by service."""
        if self.singles:
            self.timed_single(self._took_single)
        return {name: {**took.content(), "faults": self.faults.get(name, 0)} for name, took in self.seconds.items()}


def name_of(body: bytes) -> str:
    """The service that a message asks for."""
    return _NAMES.get(body[:SERVICE], OTHER)


async def tell(bus: Bus, services: "Services") -> None:
    """Tell the engine what there is and what was asked. Raises Unavailable."""
    content = {
        "services": services.meter.content(), "sessions": len(services._external_sessions),
        "subscriptions": len(services.subscription_service.subscriptions),
        "items": services.subscription_service.count(),
        "refused_channels": services.guard.refusals.within_window(), "last_refused": services.guard.refusals.latest,
        "lag": services.lag.seconds.content(),
    }  # fmt: skip
    with speaking():
        await bus.redis.set(OPCUA_MEASURES, json.dumps(content), ex=LIFE)
