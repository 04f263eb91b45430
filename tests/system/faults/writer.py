"""Somebody who writes all the time: each value different, each request sent again with its key until it is answered."""

import time
from collections.abc import Sequence
from itertools import count
from threading import Event, Thread

import httpx

from tests.system.faults.collector import Collector
from tests.system.faults.invariants import Asked

TAG, LOW, STEP, VALUES = "reflux_flow", 1.8, 1e-5, 40_000
PATIENCE = 60.0
"""Seconds after which a request that nobody answers is given up."""


class Writer:
    """Writes every `period` seconds to one of the simulations after the other, in a thread of its own, over REST."""

    def __init__(self, address: str, collector: Collector, sims: Sequence[str], period: float) -> None:
        self._address, self._collector, self._sims, self._period = address, collector, sims, period
        self._over = Event()
        self._thread = Thread(target=self._run, name="writer")
        self.acknowledged = 0

    def __enter__(self) -> "Writer":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join(PATIENCE + 10)
        assert not self._thread.is_alive()

    def _run(self) -> None:
        with httpx.Client(base_url=self._address, timeout=5.0) as client:
            for number in count(sum(map(len, self._collector.asked.values()))):  # no key comes again in a later case
                sim_id = self._sims[number % len(self._sims)]
                value = round(LOW + STEP * (number % VALUES), 6)
                told = self._insist(client, f"/api/sims/{sim_id}/{TAG}", f"{sim_id}-{number}", value)
                self._collector.asked.setdefault(sim_id, []).append(Asked(TAG, value, told))
                self.acknowledged += told
                if self._over.wait(self._period):
                    return

    def _insist(self, client: httpx.Client, path: str, key: str, value: float) -> bool:
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            try:
                answer = client.post(path, json={"value": value}, headers={"Idempotency-Key": key})
            except httpx.TransportError:
                answer = None
            if answer is not None and answer.is_success:
                return True
            if answer is not None and answer.status_code < 500 and answer.status_code != 409:
                raise AssertionError(f"{path}: {answer.status_code} {answer.text}")
            if self._over.wait(0.2):
                return False
        return False
