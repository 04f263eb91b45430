"""Which endpoint URLs name this server."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connections.settings import OpcuaSettings
from opcua_server.host_names import HostNames, names_of

NAMES = HostNames(("Plant.Example", "192.0.2.7", "2001:db8::7"))


@pytest.mark.parametrize(
    ("url", "fits"),
    [
        (None, True), ("", True), ("opc.tcp://localhost:4840/pde", True), ("opc.tcp://127.0.0.1:1/", True),
        ("opc.tcp://127.8.8.8:4840", True), ("opc.tcp://[::1]:4840/pde", True), ("opc.tcp://PLANT.example./x", True),
        ("opc.tcp://192.0.2.7", True), ("opc.tcp://[::ffff:192.0.2.7]:4840", True),
        ("opc.tcp://[2001:DB8:0::7]:4840/pde", True), ("opc.tcp://192.0.2.8:4840/pde", False),
        ("opc.tcp://plant.example.org:4840", False), ("opc.tcp://other/plant.example", False), ("plant.example", False),
        ("opc.tcp://[broken", False), ("opc.tcp://plant.example@other:4840/", False), ("opc.tcp:///pde", False),
    ],
)  # fmt: skip
def test_hosts_in_any_spelling(url: str | None, fits: bool) -> None:
    assert NAMES.fit(url) == fits


@given(st.text(max_size=60))
def test_any_text_is_judged(text: str) -> None:
    NAMES.fit(f"opc.tcp://{text}")
    assert NAMES.fit(text, reached=text) in (True, False)


def test_the_address_that_was_reached_and_what_is_configured() -> None:
    assert NAMES.fit("opc.tcp://192.0.2.9:4840", reached="192.0.2.9")
    assert not NAMES.fit("opc.tcp:///pde", reached="")
    names = names_of(OpcuaSettings(host="192.0.2.1", advertised_host="opc.example"), None)
    assert all(names.fit(f"opc.tcp://{host}:4840/pde") for host in ("192.0.2.1", "opc.example", "localhost"))
    assert not names.fit("opc.tcp://plant.example")
