"""Sends requests and waits for answers, again where that is safe."""

from typing import TypeVar

import httpx

from process_dynamics_engine.address import Address
from process_dynamics_engine.aio.ports import AsyncLiveSocket, Client, end_with, sleep
from process_dynamics_engine.authentication import Anonymous
from process_dynamics_engine.call import Call, answered
from process_dynamics_engine.errors import EngineError, TimedOut, Unreachable
from process_dynamics_engine.retrying import NotSent, pause_before

T = TypeVar("T")
JSON = {"Content-Type": "application/json"}


class AsyncTransport:
    """One engine as seen from here; open connections are kept for the next request."""

    def __init__(self, address: Address, who: Anonymous, timeout: float) -> None:
        self.address, self._who, self._timeout = address, who, timeout
        verify = address.context or False
        self._client = Client(auth=who, timeout=timeout, verify=verify, trust_env=not address.local)
        end_with(self, self._client)

    async def do(self, call: Call[T]) -> T:
        """The answer. Raises EngineError; ValueError or TypeError for values that can't be sent."""
        content = call.content()
        attempt = 1
        while True:
            try:
                return await self._once(call, content)
            except EngineError as error:
                pause = pause_before(call, error, attempt)
                if pause is None:
                    raise
            await sleep(pause)
            attempt += 1

    async def _once(self, call: Call[T], content: bytes | None) -> T:
        url, headers = self.address.url + call.target, JSON | dict(call.headers) if content else dict(call.headers)
        try:
            response = await self._client.request(
                call.method, url, params=dict(call.query) or None, content=content, headers=headers
            )
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
            raise NotSent(f"no engine answers at {self.address.url}: {error or 'it took too long'}") from None
        except httpx.TimeoutException:
            raise TimedOut(f"{self.address.url} did not answer within {self._timeout:g} s") from None
        except httpx.TransportError as error:
            raise Unreachable(f"the connection to {self.address.url} broke off: {error}") from None
        return answered(call, response.status_code, response.headers, response.content)

    async def live(self) -> AsyncLiveSocket:
        """A live socket. Raises OSError, TimeoutError or a WebSocketException."""
        return await AsyncLiveSocket.open(self.address, self._who.headers, self._timeout)

    async def aclose(self) -> None:
        """Close its connections."""
        await self._client.aclose()
