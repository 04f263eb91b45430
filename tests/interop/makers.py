"""The clients of other makers: how each is started, which version it is, and what it cannot do, with the reason."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib.metadata import version

from tests.interop.parts import built, built_now

POLICIES = ("None", "Basic256Sha256", "Aes128_Sha256_RsaOaep", "Aes256_Sha256_RsaPss")
IDENTITIES = ("anonymous", "user name", "user certificate")
SERVICES = (
    "browse", "read", "write", "subscribe", "call a method", "history", "alarm events", "ConditionRefresh",
    "acknowledge",
)  # fmt: skip
CAPABILITIES = (*POLICIES, *IDENTITIES, *SERVICES)


@dataclass(frozen=True)
class Maker:
    """One client: the library and the language that it is for."""

    name: str
    version: str
    language: str
    command: Callable[[], list[str]] | None = None
    lacks: Mapping[str, str] = field(default_factory=dict)
    """What the client has no way to do: capability and reason."""
    closed: Mapping[tuple[str, str], str] = field(default_factory=dict)
    """Policy and identity that do not go together in the client, with the reason."""
    connects: bool = False
    """It starts slowly and opens more sessions by the op `connect`."""


def _node() -> list[str]:
    return ["node", "--no-warnings", str(built_now("node-client") / "client.mjs")]


def _milo() -> list[str]:
    return ["java", "-Xmx256m", "-cp", f"{built_now('milo-client')}/*", "pde.MiloClient"]


_UNSIGNED_CERTIFICATE = (
    "its signature of a user certificate leaves out the server's certificate on a channel without security"
)
_ONE_WAY = "an input of a collector: it reads and subscribes"

NODE = Maker("node-opcua", "2.186.4", "JavaScript", _node, connects=True)
ASYNCUA = Maker("asyncua", version("asyncua"), "Python")
TOOLS = Maker(
    "asyncua's tools",
    version("asyncua"),
    "shell",
    lacks={
        "user certificate": "the tools have no option for it",
        "ConditionRefresh": "`uacall` cannot name the subscription of `uasubscribe`",
        "acknowledge": "`uacall` gives all arguments one type",
    },
)
MILO = Maker("Eclipse Milo", "1.1.2", "Java", _milo, connects=True)
GOPCUA = Maker("gopcua", "0.9.0", "Go", lambda: [str(built_now("go-client") / "client")])
TELEGRAF = Maker(
    "Telegraf",
    "1.39.1",
    "Go",
    lacks={
        "Aes128_Sha256_RsaOaep": "its configuration does not know the policy",
        "Aes256_Sha256_RsaPss": "its configuration does not know the policy",
        "write": _ONE_WAY,
        "call a method": _ONE_WAY,
        "history": _ONE_WAY,
        "ConditionRefresh": _ONE_WAY,
        "acknowledge": _ONE_WAY,
    },
)
ASYNC_OPCUA = Maker("async-opcua", "0.19.0", "Rust", lambda: [str(built("rust-client") / "client")])
OPEN62541 = Maker(
    "open62541",
    "1.5.10",
    "C",
    lambda: [str(built("c-client") / "client")],
    closed={("None", "user certificate"): _UNSIGNED_CERTIFICATE},
)
MAKERS = (NODE, ASYNCUA, TOOLS, MILO, GOPCUA, TELEGRAF, ASYNC_OPCUA, OPEN62541)
PROGRAMS = (NODE, MILO, GOPCUA, ASYNC_OPCUA, OPEN62541)
"""Those that speak the protocol of clients/README.md."""
