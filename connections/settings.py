"""All settings, once: command line > environment (`PDE_...`, nested with `__`) > secrets > `pde.toml` > default."""

import math
import os
import re
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from pydantic_settings import (
    BaseSettings,
    NestedSecretsSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    SettingsError,
    TomlConfigSettingsSource,
)

from plant.access import User
from plant.errors import InvalidRequest, InvalidValue

Port = Annotated[int, Field(ge=0, le=65535)]
Seconds = Annotated[float, Field(gt=0, allow_inf_nan=False)]
_OWN = "Value error, "
"""What pydantic writes before a sentence of our own."""
_REDIS_SCHEMES = ("redis://", "rediss://", "unix://")
MOST_WORKERS = 64
ANY_ADDRESS = frozenset({"0.0.0.0", "::", ""})  # noqa: S104 - what it means is asked, nothing is bound
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


def _redis_url(url: str) -> str:
    if not url.startswith(_REDIS_SCHEMES):
        raise ValueError("takes a URL such as redis://HOST:6379/0 or unix:///run/redis.sock")
    return url


RedisUrl = Annotated[str, AfterValidator(_redis_url)]


def _web_url(url: str) -> str:
    if not url.startswith(("http://", "https://")):
        raise ValueError("takes URLs such as https://HOST/path")
    return url


WebUrl = Annotated[str, AfterValidator(_web_url)]


def _origin(text: str) -> str:
    if not re.fullmatch(r"https?://[^/?#@\s*]+", text):
        raise ValueError("takes origins such as https://HOST or http://HOST:5173, without a path or a wildcard")
    return text.lower()


Origin = Annotated[str, AfterValidator(_origin)]


def _workers(number: object) -> object:
    if number == "auto":
        return number
    try:
        count = int(str(number))
    except ValueError:
        count = -1
    if not 0 <= count <= MOST_WORKERS:
        raise ValueError(f"takes a number of 0..{MOST_WORKERS} or auto")
    return count


Workers = Annotated[int | Literal["auto"], BeforeValidator(_workers)]


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class OpcuaSettings(_Section):
    """The OPC UA door. `advertised_host` is the host in the endpoint URL when it differs from the client's.

    `allow_none` offers channels without security, `anonymous` is the role of whoever gives no name (`none` refuses
    them); unset, only on this machine or with `insecure`, as engineer.
    """

    host: str = "127.0.0.1"
    port: Port = 4840
    advertised_host: str | None = None
    allow_none: bool | None = None
    anonymous: Literal["none", "viewer", "operator", "engineer"] | None = None


class HttpSettings(_Section):
    """The REST and WebSocket door, which also serves the HMI.

    `anonymous` is the role of whoever gives no name (`none`: sign in first); unset, engineer on this machine or with
    `insecure`, none elsewhere. `tls` with the certificate in the data folder's `pki`; unset, wherever
    others can listen. `origins` are the sites whose pages may use the API from a browser (CORS), such as
    https://HOST; none by default. Each caller may ask `rate` times a second and `burst` times at once; unset, there is
    no such limit on this machine and one of 200 elsewhere.
    """

    host: str = "127.0.0.1"
    port: Port = 8000
    anonymous: Literal["none", "viewer", "operator", "engineer"] | None = None
    tls: bool | None = None
    origins: tuple[Origin, ...] = ()
    rate: Seconds | None = None
    burst: Annotated[int, Field(ge=1)] = 1000


class AccessSettings(_Section):
    """How long what was given at sign-in counts, in seconds: access token, refresh token, the HMI's session.

    `recheck` is how long a checked credential is believed before the database is asked again.
    """

    bearer: Seconds = 900.0
    refresh: Seconds = 604_800.0
    session: Seconds = 43_200.0
    recheck: Seconds = 5.0


class WorkerSettings(_Section):
    """What one worker process does; all times in seconds of wall time, memory in bytes.

    A simulation that computes for longer than `step_budget` again and again gets a process of its own, of which there
    are at most `isolated`, each with `isolated_memory` of address space; one that computes for longer than `stuck` has
    its worker replaced. A worker that uses more than `memory` or more than `cpu` of a core takes no new simulations.
    """

    slots: Annotated[int, Field(ge=1, le=10_000)] = 250
    lease: Seconds = 10.0
    renewal: Seconds = 2.0
    fence: Seconds = 7.0
    checkpoint: Seconds = 5.0
    sign_of_life: Seconds = 1.0
    step_budget: Seconds = 0.1
    stuck: Seconds = 4.0
    isolated: Annotated[int, Field(ge=0, le=1000)] = 8
    isolated_memory: Annotated[int, Field(ge=500_000_000)] = 4_000_000_000
    memory: Annotated[int, Field(ge=100_000_000)] | None = None
    cpu: Seconds | None = None


class LifeSettings(_Section):
    """Defaults and bounds of a simulation's life, in seconds.

    `idle` ends one that nobody acts on for so long. A backtrack is kept every `backtrack` seconds, the `backtracks`
    newest of each simulation stay.
    """

    duration: Seconds = 86_400.0
    longest: Seconds = 86_400.0
    attempts: Annotated[int, Field(ge=1, le=100)] = 5
    back_off: Seconds = 1.0
    longest_back_off: Seconds = 60.0
    healthy: Seconds = 60.0
    ended_kept: Annotated[int, Field(ge=0)] = 100
    idle: Seconds | None = None
    backtrack: Seconds = 60.0
    backtracks: Annotated[int, Field(ge=0, le=10_000)] = 60


class AlertSettings(_Section):
    """When somebody is told, and where: `webhooks` get signed requests (`secret_file` holds the key).

    `stuck`, `skew` in seconds; `disk` is the least free share of the data folder's disk; `every` is the time between
    two looks, `retries` how often a webhook is tried again, the first time after `back_off` seconds, then ever later.
    """

    webhooks: tuple[WebUrl, ...] = Field(default=(), repr=False)
    secret_file: Path | None = None
    retries: Annotated[int, Field(ge=0, le=20)] = 6
    back_off: Seconds = 1.0
    every: Seconds = 1.0
    stuck: Seconds = 10.0
    skew: Seconds = 1.0
    disk: Annotated[float, Field(ge=0, le=1)] = 0.1


class InfluxSettings(_Section):
    """The second historian; the token is never shown."""

    url: str | None = None
    token: str | None = Field(default=None, repr=False)
    org: str = "pde"
    bucket: str = "pde"


class Settings(BaseSettings):
    """Everything a process needs to know; frozen."""

    model_config = SettingsConfigDict(
        env_prefix="PDE_", env_nested_delimiter="__", toml_file="pde.toml", frozen=True, extra="forbid"
    )

    data: Path = Path("data")
    redis_url: RedisUrl | None = Field(default=None, repr=False)
    database_url: str | None = Field(default=None, repr=False)
    grafana_url: str | None = None
    insecure: bool = False
    workers: Workers = 1
    most_workers: Annotated[int, Field(ge=1, le=MOST_WORKERS)] | None = None
    retire_workers: Seconds = 30.0
    machine: str | None = None
    models_folder: Path | None = None
    fmu_upload: bool | None = None
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    reconcile: Seconds = 1.0
    leader: Seconds = 6.0
    copies: Seconds = 5.0
    opcua: OpcuaSettings = OpcuaSettings()
    http: HttpSettings = HttpSettings()
    access: AccessSettings = AccessSettings()
    worker: WorkerSettings = WorkerSettings()
    life: LifeSettings = LifeSettings()
    influx: InfluxSettings = InfluxSettings()
    alerts: AlertSettings = AlertSettings()

    @property
    def pool(self) -> int:
        """How many workers `pde up` runs at most."""
        return self.workers if self.workers != "auto" else self.most_workers or min(os.cpu_count() or 1, MOST_WORKERS)

    @property
    def sql_url(self) -> str:
        """Where the records are: PostgreSQL or another database by URL, else an SQLite file in the data folder."""
        return self.database_url or f"sqlite:///{(self.data / 'records.sqlite').absolute()}"

    @property
    def takes_fmus(self) -> bool:
        """Whether FMUs, which are machine code, may be uploaded: by default only where this machine alone can ask."""
        return self.http.host in LOOPBACK if self.fmu_upload is None else self.fmu_upload

    @property
    def pki_folder(self) -> Path:
        """Certificates: the server's own one, trusted and rejected ones."""
        return self.data / "pki"

    @property
    def opcua_without_security(self) -> bool:
        """Whether OPC UA clients may connect without a certificate."""
        given = self.opcua.allow_none
        return given if given is not None else self.opcua.host in LOOPBACK or self.insecure

    @property
    def opcua_anonymous(self) -> User | None:
        """The role of OPC UA clients without a name; None refuses them."""
        if self.opcua.anonymous is not None:
            return None if self.opcua.anonymous == "none" else User(self.opcua.anonymous)
        return User.ENGINEER if self.opcua.host in LOOPBACK or self.insecure else None

    @property
    def http_anonymous(self) -> User | None:
        """The role of REST and WebSocket clients without a name; None asks them to sign in."""
        if self.http.anonymous is not None:
            return None if self.http.anonymous == "none" else User(self.http.anonymous)
        return User.ENGINEER if self.http.host in LOOPBACK or self.insecure else None

    @property
    def http_tls(self) -> bool:
        """Whether REST, WebSocket and the HMI are served encrypted."""
        return self.http.tls if self.http.tls is not None else self.http.host not in LOOPBACK and not self.insecure

    @property
    def http_rate(self) -> float:
        """Requests that one caller may make in a second; infinity is no limit."""
        if self.http.rate is not None:
            return self.http.rate
        return math.inf if self.http.host in LOOPBACK else 200.0

    @property
    def secrets_folder(self) -> Path:
        """Keys that only this engine knows."""
        return self.data / "secrets"

    @property
    def history_file(self) -> Path:
        """The embedded historian's file."""
        return self.data / "history.sqlite"

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Order of the sources, first wins.

        PDE_SECRETS is a folder of files named as settings (PDE_INFLUX__TOKEN), as Docker, Kubernetes and systemd hand
        over secrets.
        """
        folder = os.environ.get("PDE_SECRETS")
        files = [NestedSecretsSettingsSource(file_secret_settings, folder, "error")] if folder else []
        return init_settings, env_settings, *files, TomlConfigSettingsSource(settings_cls)


def read_settings() -> Settings:
    """The settings of all sources. Raises InvalidRequest with every problem, each by its name and without its value."""
    try:
        return Settings()
    except (SettingsError, OSError, UnicodeDecodeError) as error:
        told = error.strerror if isinstance(error, OSError) else str(error).splitlines()[0]
        raise InvalidRequest((InvalidValue(f"PDE_SECRETS or another setting can't be read: {told}"),)) from None
    except ValidationError as error:
        problems = ((_name(each["loc"]), each["msg"]) for each in error.errors(include_url=False))
        raise InvalidRequest(
            tuple(InvalidValue(f"{name}: {message.removeprefix(_OWN)}") for name, message in problems)
        ) from None


def _name(place: tuple[int | str, ...]) -> str:
    return "PDE_" + "__".join(str(part) for part in place).upper()
