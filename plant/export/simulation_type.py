"""SimulationType: what every simulation shows besides its tags, a subtype of ProgramStateMachineType (OPC 10000-10)."""

from collections.abc import Iterator

from plant.export.nodes import (
    SIMULATION_TYPE,
    Argument,
    NodeClass,
    NodeDeclaration,
    Standard,
    standard_property,
)
from plant.units import unit

_VARIABLES: tuple[tuple[str, Standard, str, str], ...] = (
    ("Status", Standard.STRING, "", "State of its life: pending, queued, running, paused, finished, stopped, failed, timed_out"),
    ("SimulationTime", Standard.DOUBLE, "s", "Simulated time since the start"),
    ("Speed", Standard.DOUBLE, "", "Simulated seconds per second of wall time; infinite: as fast as possible"),
    ("SampleTime", Standard.DOUBLE, "s", "Simulated time between two samples"),
    ("StartTime", Standard.DATE_TIME, "", "When the first attempt began"),
    ("EndTime", Standard.DATE_TIME, "", "When the simulation ended or its life will end"),
    ("RemainingTime", Standard.DOUBLE, "s", "Time left of its life"),
    ("Machine", Standard.STRING, "", "The machine that runs it"),
    ("Epoch", Standard.UINT64, "", "Number of the attempt that may write"),
    ("Overruns", Standard.UINT64, "", "Steps that came later than the speed asked for"),
    ("LastError", Standard.STRING, "", "The last error in words; empty when there was none"),
)  # fmt: skip

_NAME = Argument("Name", Standard.STRING, "Name of the snapshot")

STANDARD_METHODS: tuple[tuple[str, str], ...] = (
    ("Start", "Begin a simulation that is ready"),
    ("Suspend", "Pause: time and values stand still"),
    ("Resume", "Go on after a pause"),
    ("Halt", "End the simulation"),
    ("Reset", "Go back to the start: time zero, nominal steady state"),
)

OWN_METHODS: tuple[tuple[str, Standard, tuple[Argument, ...], str], ...] = (
    ("Step", Standard.MANDATORY, (Argument("Count", Standard.UINT32, "Number of samples to move on, from 1"),),
     "Move a paused simulation on by some samples"),
    ("SetSpeed", Standard.MANDATORY,
     (Argument("Speed", Standard.DOUBLE, "Factor from 0.1 to 1000; infinite: as fast as possible"),),
     "Change the speed"),
    ("SaveSnapshot", Standard.OPTIONAL, (_NAME,), "Keep the present state under a name"),
    ("RestoreSnapshot", Standard.OPTIONAL, (_NAME,), "Go back to a state that was kept"),
    ("InjectFault", Standard.OPTIONAL,
     (Argument("Tag", Standard.STRING, "Name of the tag"), Argument("Kind", Standard.STRING, "Kind of the fault"),
      Argument("Parameters", Standard.STRING, "Parameters of the fault as a JSON object")),
     "Let an instrument or an actuator fail"),
    ("ClearFaults", Standard.OPTIONAL, (), "Repair everything"),
)  # fmt: skip


def simulation_type_nodes() -> list[NodeDeclaration]:
    """The type, its variables and its methods."""
    top = NodeDeclaration(
        SIMULATION_TYPE, "", NodeClass.OBJECT_TYPE, Standard.HAS_SUBTYPE,
        "A running process simulation; its tags are its direct components", rule=None,
        base=Standard.PROGRAM_STATE_MACHINE_TYPE,
    )  # fmt: skip
    return [top, *_variables(), *_methods()]


def _variables() -> Iterator[NodeDeclaration]:
    for name, data_type, symbol, description in _VARIABLES:
        kind = Standard.ANALOG_UNIT_TYPE if symbol else Standard.BASE_DATA_VARIABLE_TYPE
        yield NodeDeclaration(
            name, SIMULATION_TYPE, NodeClass.VARIABLE, Standard.HAS_COMPONENT, description,
            type_definition=kind, data_type=data_type,
        )  # fmt: skip
        if symbol:
            owner = f"{SIMULATION_TYPE}.{name}"
            yield standard_property("EngineeringUnits", owner, Standard.EU_INFORMATION, unit(symbol))


def _methods() -> Iterator[NodeDeclaration]:
    for name, description in STANDARD_METHODS:
        yield NodeDeclaration(
            name, SIMULATION_TYPE, NodeClass.METHOD, Standard.HAS_COMPONENT, description, standard_name=True
        )
    for name, rule, arguments, description in OWN_METHODS:
        yield NodeDeclaration(
            name, SIMULATION_TYPE, NodeClass.METHOD, Standard.HAS_COMPONENT, description, rule=rule
        )
        if arguments:
            owner = f"{SIMULATION_TYPE}.{name}"
            yield standard_property("InputArguments", owner, Standard.ARGUMENT, arguments, array=True)
