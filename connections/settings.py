"""All settings, once: command line > environment (`PDE_...`, nested with `__`) > `pde.toml` > defaults."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

Port = Annotated[int, Field(ge=0, le=65535)]
Seconds = Annotated[float, Field(gt=0, allow_inf_nan=False)]
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class OpcuaSettings(_Section):
    """The OPC UA door. `advertised_host` is the host in the endpoint URL when it differs from the client's."""

    host: str = "127.0.0.1"
    port: Port = 4840
    advertised_host: str | None = None


class HttpSettings(_Section):
    """The REST and WebSocket door, which also serves the HMI."""

    host: str = "127.0.0.1"
    port: Port = 8000


class WorkerSettings(_Section):
    """What one worker process does; all times in seconds of wall time."""

    slots: Annotated[int, Field(ge=1, le=10_000)] = 250
    lease: Seconds = 10.0
    renewal: Seconds = 2.0
    fence: Seconds = 7.0
    checkpoint: Seconds = 5.0
    sign_of_life: Seconds = 1.0


class LifeSettings(_Section):
    """Defaults and bounds of a simulation's life, in seconds."""

    duration: Seconds = 86_400.0
    longest: Seconds = 86_400.0
    attempts: Annotated[int, Field(ge=1, le=100)] = 5
    ended_kept: Annotated[int, Field(ge=0)] = 100


class InfluxSettings(_Section):
    """The second historian; the token is read from the environment and never shown."""

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
    redis_url: str | None = None
    database_url: str | None = None
    grafana_url: str | None = None
    insecure: bool = False
    workers: Annotated[int, Field(ge=0, le=64)] = 1
    machine: str | None = None
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    reconcile: Seconds = 1.0
    opcua: OpcuaSettings = OpcuaSettings()
    http: HttpSettings = HttpSettings()
    worker: WorkerSettings = WorkerSettings()
    life: LifeSettings = LifeSettings()
    influx: InfluxSettings = InfluxSettings()

    @property
    def sql_url(self) -> str:
        """Where the records are: PostgreSQL or another database by URL, else an SQLite file in the data folder."""
        return self.database_url or f"sqlite:///{(self.data / 'records.sqlite').absolute()}"

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
        """Order of the sources, first wins."""
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)
