"""The HTTP client of InfluxDB 2 (extra `influx`): bounded retries, errors in our own words."""

import json
from collections.abc import Callable
from typing import Any, TypeVar

from influxdb_client.client.influxdb_client import InfluxDBClient
from influxdb_client.client.write_api import SYNCHRONOUS
from influxdb_client.rest import ApiException
from urllib3 import Retry
from urllib3.exceptions import HTTPError

from connections.settings import InfluxSettings
from plant.errors import Refused, Unavailable

TIMEOUT = 30_000
RETRIES = 4
LONGEST_WAIT = 20
_STUMBLES = (429, 500, 502, 503, 504)
_REFUSALS = (400, 422)

Answer = TypeVar("Answer")


class InfluxClient:
    """One bucket of one server. Every call raises Unavailable; a write also raises Refused."""

    def __init__(self, settings: InfluxSettings) -> None:
        self._url, self._bucket = settings.url, settings.bucket
        retries = Retry(
            RETRIES, allowed_methods=None, status_forcelist=_STUMBLES, raise_on_status=False,
            backoff_factor=0.25, backoff_max=LONGEST_WAIT, retry_after_max=LONGEST_WAIT,
        )  # fmt: skip
        self._client = InfluxDBClient(
            str(settings.url), str(settings.token), org=settings.org, timeout=TIMEOUT, enable_gzip=True, retries=retries
        )
        self._write = self._client.write_api(SYNCHRONOUS)

    def close(self) -> None:
        """Give back the connections."""
        self._write.close()  # type: ignore[no-untyped-call]
        self._client.close()  # type: ignore[no-untyped-call]

    def write(self, protocol: bytes) -> None:
        """Write line protocol with times in nanoseconds."""
        self._do(lambda: self._write.write(self._bucket, record=protocol))

    def query(self, flux: str) -> list[dict[str, Any]]:
        """The rows of every table that a Flux query answers."""
        tables = self._do(lambda: self._client.query_api().query(flux))
        return [record.values for table in tables for record in table.records]

    def _do(self, work: Callable[[], Answer]) -> Answer:
        try:
            return work()
        except ApiException as error:
            cause = _cause(error)
            if error.status in _REFUSALS:
                raise Refused(f"InfluxDB refuses: {cause}") from None
            raise Unavailable(f"InfluxDB at {self._url} answers {error.status}: {cause}") from None
        except (HTTPError, OSError) as error:
            raise Unavailable(f"InfluxDB at {self._url} does not answer: {error}") from None


def _cause(error: ApiException) -> str:
    try:
        return str(json.loads(error.body)["message"])
    except (TypeError, ValueError, KeyError):
        return str(error.reason)
