"""The object types as nodes: SimulationType, and below it one type for each model."""

from collections.abc import Iterator

from plant.export.nodeset_nodes import HISTORY, READ, WRITE, Node, NodeClass, property_of
from plant.export.nodeset_values import (
    ARGUMENT,
    DOUBLE,
    EU_INFORMATION,
    LOCALIZED_TEXT,
    RANGE,
    STRING,
    UINT32,
    UTC_TIME,
    Argument,
    arguments,
    double,
    engineering_unit,
    limits,
    texts,
    uint32,
)
from plant.faults import Kind
from plant.model import Model
from plant.tags import Tag
from plant.units import Unit, unit

SIMULATION_TYPE = "SimulationType"
_PROGRAM_STATE_MACHINE_TYPE = "i=2391"
_BASE_DATA_VARIABLE, _ANALOG_UNIT, _ANALOG_UNIT_RANGE, _MULTI_STATE_DISCRETE = 63, 17497, 17570, 2376

_VARIABLES = (
    ("Status", STRING, "State of its life: pending, queued, running, paused, finished, stopped, failed or timed_out"),
    ("SimulationTime", DOUBLE, "Simulated time since its start"),
    ("Speed", DOUBLE, "Simulated seconds per second of the clock; infinite: as fast as possible"),
    ("SampleTime", DOUBLE, "Simulated time between two steps"),
    ("StartTime", UTC_TIME, "When it began to run"),
    ("EndTime", UTC_TIME, "When it ended, or will end at the latest"),
    ("RemainingTime", DOUBLE, "Time of the clock until it ends at its present speed"),
    ("Machine", STRING, "The machine that computes it"),
    ("Epoch", UINT32, "How many times a worker has taken it over"),
    ("Overruns", UINT32, "Steps that began too late for their due time"),
    ("LastError", STRING, "Why it failed or last stumbled; empty if it never did"),
)
_IN_SECONDS = frozenset({"SimulationTime", "SampleTime", "RemainingTime"})
_OF_THE_PROGRAM = (
    ("Start", "Run it on when it is paused, as Resume does; a new simulation starts by itself"),
    ("Suspend", "Pause it; its state is kept"),
    ("Resume", "Run it on when it is paused"),
    ("Halt", "Stop it for good"),
    ("Reset", "Begin again from its steady state"),
)
_STEPS = Argument("Steps", UINT32, "Number of steps, at least 1")
_SPEED = Argument("Speed", DOUBLE, "Factor 0.1 to 1000; infinite: as fast as possible")
_FAULT = (
    Argument("Tag", STRING, "Name of the tag, such as reflux_flow"),
    Argument("Kind", STRING, f"One of {', '.join(Kind)}"),
    Argument("Parameters", STRING, "Size in the tag's unit, times in seconds, each as size=0.5", array=True),
)
_NUMBER = Argument("Number", UINT32, "Tells the faults of a simulation apart")
_NAME = Argument("Name", STRING, "Name of the snapshot: letters, digits, '.', '_' and '-'")
_OWN_METHODS = (
    ("Step", "Compute some steps while it is paused", (_STEPS,), ()),
    ("SetSpeed", "Change its speed", (_SPEED,), ()),
    ("SaveSnapshot", "Keep its state as it is now under a name", (_NAME,), ()),
    ("RestoreSnapshot", "Go back to a snapshot; running goes on running, paused stays paused", (_NAME,), ()),
    ("InjectFault", "Let an instrument, a valve or a supply fail", _FAULT, (_NUMBER,)),
    ("ClearFaults", "End all faults", (), ()),
)


def type_name(model: Model) -> str:
    """The name of a model's type: `wood-berry` has `WoodBerryType`."""
    return "".join(word.capitalize() for word in model.id.split("-")) + "Type"


def simulation_type() -> Iterator[Node]:
    """What every simulation has, as a subtype of ProgramStateMachineType.

    The program's methods keep their BrowseNames of namespace 0, so that they override the placeholders of the
    supertype and clients that know programs find them.
    """
    text = "A simulation of a process"
    yield Node(SIMULATION_TYPE, text, NodeClass.OBJECT_TYPE, _PROGRAM_STATE_MACHINE_TYPE)
    for name, data_type, text in _VARIABLES:
        path, timed = f"{SIMULATION_TYPE}.{name}", name in _IN_SECONDS
        kind = _ANALOG_UNIT if timed else _BASE_DATA_VARIABLE
        yield Node(path, text, type_definition=kind, data_type=data_type)
        if timed:
            yield _engineering_units(path, unit("s"))
    for name, text in _OF_THE_PROGRAM:
        yield Node(f"{SIMULATION_TYPE}.{name}", text, NodeClass.METHOD, standard=True)
    for name, text, taken, answered in _OWN_METHODS:
        path = f"{SIMULATION_TYPE}.{name}"
        yield Node(path, text, NodeClass.METHOD)
        for of, given in (("InputArguments", taken), ("OutputArguments", answered)):
            if given:
                yield property_of(path, of, ARGUMENT, arguments(given), array=len(given))


def model_type(model: Model) -> Iterator[Node]:
    """The model's type with all its tags."""
    name = type_name(model)
    yield Node(name, f"{model.name}: {model.description}", NodeClass.OBJECT_TYPE, f"ns=1;s={SIMULATION_TYPE}")
    for tag in model.tags:
        yield from (_discrete if tag.states else _analog)(f"{name}.{tag.name}", tag)


def _analog(path: str, tag: Tag) -> Iterator[Node]:
    yield Node(
        path, _describe(tag), type_definition=_ANALOG_UNIT_RANGE, data_type=DOUBLE, value=double(tag.nominal),
        access=_access(tag),
    )  # fmt: skip
    yield property_of(path, "EURange", RANGE, limits(tag.low, tag.high))
    yield _engineering_units(path, tag.unit)
    yield property_of(path, "InstrumentRange", RANGE, limits(tag.low, tag.high))
    yield property_of(path, "ValuePrecision", DOUBLE, double(tag.digits))


def _discrete(path: str, tag: Tag) -> Iterator[Node]:
    yield Node(
        path, _describe(tag), type_definition=_MULTI_STATE_DISCRETE, data_type=UINT32, value=uint32(tag.nominal),
        access=_access(tag),
    )  # fmt: skip
    yield property_of(path, "EnumStrings", LOCALIZED_TEXT, texts(tag.states), array=len(tag.states))


def _engineering_units(path: str, shown: Unit) -> Node:
    return property_of(path, "EngineeringUnits", EU_INFORMATION, engineering_unit(shown))


def _describe(tag: Tag) -> str:
    return f"{tag.description} ({tag.label})" if tag.label else tag.description


def _access(tag: Tag) -> int:
    return READ | HISTORY | (WRITE if tag.writable else 0)
