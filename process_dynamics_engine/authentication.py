"""Who the caller is: one hook of httpx that serves both transports, for a token, an API key, or a user's password."""

from collections.abc import Generator

import httpx

from process_dynamics_engine.call import refused
from process_dynamics_engine.errors import BadAnswer

TOKEN_PATH = "/api/token"  # noqa: S105 - a path
UNAUTHORISED = 401


class Anonymous(httpx.Auth):
    """Nobody in particular: what an engine on this machine takes."""

    @property
    def headers(self) -> dict[str, str]:
        """What tells who calls, for requests that httpx does not make."""
        return {}

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Add the headers."""
        request.headers.update(self.headers)
        yield request


class Bearer(Anonymous):
    """A token that somebody else has got."""

    def __init__(self, token: str) -> None:
        self._token = token

    @property
    def headers(self) -> dict[str, str]:
        """A bearer token."""
        return {"Authorization": f"Bearer {self._token}"}


class ApiKey(Anonymous):
    """A key as `pde tokens` makes them."""

    def __init__(self, key: str) -> None:
        self._key = key

    @property
    def headers(self) -> dict[str, str]:
        """The key."""
        return {"X-API-Key": self._key}


class Password(Anonymous):
    """A user and a password: gets short-lived tokens (OAuth2 password flow), renews them, logs in again at need."""

    requires_response_body = True

    def __init__(self, url: str, user: str, password: str) -> None:
        self._url, self._user, self._password = url.rstrip("/") + TOKEN_PATH, user, password
        self._access = self._refresh = ""

    @property
    def headers(self) -> dict[str, str]:
        """The present token, if there is one."""
        return {"Authorization": f"Bearer {self._access}"} if self._access else {}

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Log in first if needed; when the token is not accepted, renew it once and send the request again."""
        used = self._access
        if not used:
            yield from self._log_in()
        request.headers.update(self.headers)
        response = yield request
        if response.status_code != UNAUTHORISED or not used:
            return
        if self._access == used:  # nobody else has renewed it meanwhile
            yield from self._renew()
        request.headers.update(self.headers)
        yield request

    def _log_in(self) -> Generator[httpx.Request, httpx.Response, None]:
        words = {"grant_type": "password", "username": self._user, "password": self._password}
        self._take((yield httpx.Request("POST", self._url, data=words)))

    def _renew(self) -> Generator[httpx.Request, httpx.Response, None]:
        """With the refresh token, or by the password when that one is not accepted."""
        refresh, self._refresh = self._refresh, ""
        if refresh:
            words = {"grant_type": "refresh_token", "refresh_token": refresh}
            response = yield httpx.Request("POST", self._url, data=words)
            if response.is_success:
                self._take(response)
                return
        yield from self._log_in()

    def _take(self, response: httpx.Response) -> None:
        try:
            data = response.json()
        except ValueError:
            data = None
        if not response.is_success:
            raise refused(response.status_code, response.headers, data)
        if not isinstance(data, dict) or not isinstance(data.get("access_token"), str):
            raise BadAnswer(f"{TOKEN_PATH} answered no access_token: is this the address of an engine?")
        self._access, self._refresh = data["access_token"], str(data.get("refresh_token") or "")


def chosen(url: str, token: str | None, api_key: str | None, user: str | None, password: str | None) -> Anonymous:
    """The one way that was given. Raises ValueError for several, or for half of one."""
    given = [name for name, value in (("token", token), ("api_key", api_key), ("user", user)) if value is not None]
    if len(given) > 1:
        raise ValueError(f"give one of {', '.join(given)}")
    if (user is None) != (password is None):
        raise ValueError("user and password belong together")
    if token is not None:
        return Bearer(token)
    if api_key is not None:
        return ApiKey(api_key)
    return Anonymous() if user is None or password is None else Password(url, user, password)
