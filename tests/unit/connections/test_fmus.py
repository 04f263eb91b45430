"""FMUs: compiled for the test, run in their child processes; crashes, hangs and bad archives are told, nothing else."""

import gc
import io
import math
import time
import zipfile

import psutil
import pytest

from connections.fmu import process
from connections.own.definition import Kind, accept, build
from plant.errors import DamagedSnapshot, InvalidRequest, InvalidValue, SolverFailed
from plant.model import Model
from plant.own.standard import examine
from plant.simulation import Simulation
from tests.unit.connections.fmus import fmu, packed

KINDS = pytest.mark.parametrize("kind", ["2-cs", "2-me", "3-cs"])


def model(content: bytes) -> Model:
    return build(Kind.FMU, content)


def children() -> list[psutil.Process]:
    return [each for each in psutil.Process().children() if "connections.fmu.child" in each.cmdline()]


@pytest.fixture(autouse=True)
def nothing_left():
    yield
    gc.collect()
    assert children() == []


@KINDS
def test_tags_units_and_ranges_come_from_the_description(kind):
    made = model(fmu(kind))
    assert made.id == "first-order-lag"
    power, gain, sensor = made.own_tags
    assert (power.name, power.role, power.symbol, power.low, power.high, power.nominal) == (
        "heater_power", "input", "%", -10, 100, 20,
    )  # fmt: skip
    assert (gain.name, gain.role, gain.nominal) == ("gain", "parameter", 0.1)
    assert (sensor.name, sensor.role, sensor.symbol, sensor.low, sensor.high) == ("sensor_t", "output", "°C", -50, 200)
    assert made.sample_time == 0.5
    assert "first" in made.documentation.lower()


@KINDS
def test_it_moves_as_its_equations_say(kind):
    simulation = Simulation(model(fmu(kind)), 0.5, {"heater_power": 50.0})
    assert simulation.values[2] == pytest.approx(2.0)
    simulation.advance(10)
    assert simulation.values[2] == pytest.approx(5 - 3 * math.exp(-1), abs=1e-7)
    simulation.set("gain", 0.2)
    simulation.advance(200)
    assert simulation.values[2] == pytest.approx(10.0, abs=1e-6)
    simulation.reset()
    assert simulation.values[2] == pytest.approx(2.0)
    assert simulation.time == 0.0


@pytest.mark.parametrize("kind", ["2-cs", "3-cs"])
def test_a_restored_run_equals_the_original(kind):
    made = model(fmu(kind))
    original = Simulation(made, 0.5, {"heater_power": 50.0})
    original.advance(7)
    restored = Simulation(made, 0.5)
    restored.restore(original.snapshot())
    for each in (original, restored):
        each.set("gain", 0.15)
        each.advance(9)
    assert original.values.tobytes() == restored.values.tobytes()


def test_an_fmu_that_can_not_save_its_state_says_so():
    made = model(fmu("2-cs", saves=False))
    assert "can't be saved" in made.documentation
    simulation = Simulation(made, 0.5)
    snapshot = simulation.snapshot()
    with pytest.raises(DamagedSnapshot, match="can't save its state"):
        Simulation(made, 0.5).restore(snapshot)


@pytest.mark.parametrize(
    ("power", "words"),
    [(95.0, "crashed .SIGSEGV"), (75.0, "failed: .*doStep"), (-5.0, "crashed .SIGABRT"), (math.nan, "no finite value")],
)
def test_trouble_is_its_own_and_told(power, words):
    bad, good = (Simulation(model(fmu("2-cs")), 0.5) for _ in range(2))
    bad.advance(3)
    before = bad.values.copy()
    bad.set("heater_power", power)
    with pytest.raises(SolverFailed, match=f"(?i){words}"):
        bad.advance()
    assert bad.tick == 3
    assert bad.values[2] == before[2]
    good.advance(3)
    assert good.tick == 3


def test_an_endless_step_is_ended(monkeypatch):
    monkeypatch.setattr(process, "ANSWERED_WITHIN", 0.5)
    simulation = Simulation(model(fmu("2-cs")), 0.5)
    simulation.set("heater_power", 85.0)
    began = time.monotonic()
    with pytest.raises(SolverFailed, match=r"gave no answer within 0\.5 s"):
        simulation.advance()
    assert time.monotonic() - began < 3
    assert not children()


def test_the_child_goes_with_its_simulation():
    simulation = Simulation(model(fmu("2-cs")), 0.5)
    assert len(children()) == 1
    del simulation
    gc.collect()
    assert children() == []


def test_the_child_knows_no_secret(monkeypatch):
    monkeypatch.setenv("PDE_REDIS_URL", "redis://:secret@host")
    simulation = Simulation(model(fmu("2-cs")), 0.5)
    (child,) = children()
    assert not [name for name in child.environ() if name.startswith("PDE_")]
    assert simulation.tick == 0


@KINDS
def test_a_good_fmu_is_accepted(kind):
    definition, made = accept(fmu(kind))
    assert definition.kind is Kind.FMU
    assert made.id == definition.id


def test_one_that_can_not_save_its_state_is_accepted_too():
    assert accept(fmu("2-cs", saves=False))[1].unsaved == "this FMU can't save its state (canSerializeFMUstate)"


def test_the_standard_checks_of_an_fmu():
    """This one crashes at the ends of its range, which is told; what it does not promise is not asked."""
    verdicts = examine(model(fmu("2-cs")))
    (failed,) = [each for each in verdicts if each.failures]
    assert failed.name == "rates are finite all over its box"
    assert (
        "heater_power = 100, gain = 1e+09 it fails: first-order-lag failed at 0 s: the FMU crashed"
        in failed.failures[1]
    )
    assert {each.name for each in verdicts if each.reason} == {
        "a start state that holds holds", "balances close", "one step equals two halves",
    }  # fmt: skip


def bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("big", "w") as entry:
        for _ in range(260):
            entry.write(bytes(1_000_000))
    return out.getvalue()


def link() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        entry = zipfile.ZipInfo("resources/link")
        entry.external_attr = 0o120777 << 16
        archive.writestr(entry, "/etc/passwd")
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (lambda: b"PK but no archive", "not a whole zip"),
        (lambda: fmu("2-cs")[:-40], "not a whole zip"),
        (lambda: packed({"a": b"b"}), "no modelDescription.xml"),
        (lambda: packed({"../../evil": b"b"}), "outside its folder"),
        (lambda: packed({"/etc/evil": b"b"}), "outside its folder"),
        (lambda: packed({"C:/evil": b"b"}), "outside its folder"),
        (link, "outside its folder"),
        (bomb, "larger than"),
        (lambda: fmu("2-cs", **{"modelDescription.xml": b"<wrong/>"}), "modelDescription.xml"),
        (lambda: fmu("2-cs", **{"modelDescription.xml": b"not xml"}), "modelDescription.xml"),
        (lambda: fmu("2-cs", **{"modelDescription.xml": b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>"}), "entities"),
        (lambda: fmu("2-cs", **{"binaries/linux64/lag.so": None, "binaries/win64/lag.dll": b"MZ"}),
         "no binary for linux64 (binaries for: win64)"),
        (lambda: fmu("2-cs", **{"binaries/linux64/lag.so": None}), "binaries for: none"),
        (lambda: fmu("2-cs", **{"binaries/linux64/lag.so": b"\x7fELF garbage"}), "the FMU failed"),
    ],
)  # fmt: skip
def test_bad_fmus_are_refused_in_clear_words(content, words):
    with pytest.raises((InvalidValue, InvalidRequest)) as caught:
        accept(content())
    assert words in str(caught.value)
