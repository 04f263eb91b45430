"""The tags of the Tennessee Eastman process: commands, disturbances, measurements, cost, volumes, positions."""

from collections.abc import Iterator

from plant.model import NOISE_SEED
from plant.models.tennessee_eastman import process
from plant.models.tennessee_eastman.operating_points import BASE_CASE
from plant.tags import NO_LIMITS, Limits, Role, Tag

COMMANDS = (
    ("d_feed_valve", "D feed (stream 2)"),
    ("e_feed_valve", "E feed (stream 3)"),
    ("a_feed_valve", "A feed (stream 1)"),
    ("a_and_c_feed_valve", "A and C feed (stream 4)"),
    ("compressor_recycle_valve", "Valve around the compressor"),
    ("purge_valve", "Purge (stream 9)"),
    ("separator_liquid_valve", "Liquid from the separator to the stripper (stream 10)"),
    ("stripper_product_valve", "Product from the stripper (stream 11)"),
    ("stripper_steam_valve", "Steam to the stripper"),
    ("reactor_coolant_valve", "Cooling water to the reactor"),
    ("condenser_coolant_valve", "Cooling water to the condenser"),
    ("agitator_speed", "Agitator of the reactor, 150 to 250 rpm"),
)
"""XMV(1) to XMV(12): names, and what they move."""

DISTURBANCES = (
    ("a_c_ratio_change", "A/C ratio of the A and C feed: A 0.03 lower (mole fraction), B the same"),
    ("b_content_change", "B in the A and C feed: 0.005 more (mole fraction), A/C ratio the same"),
    ("d_feed_temperature_change", "D feed 5 °C warmer"),
    ("reactor_coolant_temperature_change", "Cooling water of the reactor 5 °C warmer"),
    ("condenser_coolant_temperature_change", "Cooling water of the condenser 5 °C warmer"),
    ("a_feed_loss", "Loss of the A feed"),
    ("c_header_pressure_loss", "A and C feed: 20 % less at the same valve position"),
    ("feed_composition_variation", "A, B and C in the A and C feed vary at random"),
    ("d_feed_temperature_variation", "Temperature of the D feed varies at random"),
    ("a_and_c_feed_temperature_variation", "Temperature of the A and C feed varies at random"),
    ("reactor_coolant_temperature_variation", "Temperature of the reactor's cooling water varies at random"),
    ("condenser_coolant_temperature_variation", "Temperature of the condenser's cooling water varies at random"),
    ("kinetics_drift", "Kinetics of the reactions drift slowly"),
    ("reactor_coolant_valve_sticking", "The reactor's cooling water valve sticks"),
    ("condenser_coolant_valve_sticking", "The condenser's cooling water valve sticks"),
    ("stripper_heat_transfer_variation", "Heat from the stripper's steam varies at random"),
    ("reactor_heat_transfer_spikes", "Heat transfer in the reactor drops now and then"),
    ("condenser_heat_transfer_spikes", "Heat transfer in the condenser drops now and then"),
    ("four_valves_sticking", "The valves 5, 7, 8 and 9 stick"),
    ("reactor_effluent_flow_spikes", "Flow from the reactor drops now and then"),
    ("a_feed_temperature_variation", "Temperature of the A feed varies at random"),
    ("e_feed_temperature_variation", "Temperature of the E feed varies at random"),
    ("a_feed_pressure_variation", "Supply pressure of the A feed varies at random"),
    ("d_feed_pressure_variation", "Supply pressure of the D feed varies at random"),
    ("e_feed_pressure_variation", "Supply pressure of the E feed varies at random"),
    ("a_and_c_feed_pressure_variation", "Supply pressure of the A and C feed varies at random"),
    ("reactor_coolant_pressure_variation", "Supply pressure of the reactor's cooling water varies at random"),
    ("condenser_coolant_pressure_variation", "Supply pressure of the condenser's cooling water varies at random"),
)
"""IDV(1) to IDV(28)."""

_CONTINUOUS = (
    ("a_feed_flow", "kscmh", 0, 1.2, 5, 0.0012, "F", "A feed (stream 1)"),
    ("d_feed_flow", "kg/h", 0, 6200, 1, 18, "F", "D feed (stream 2)"),
    ("e_feed_flow", "kg/h", 0, 9000, 1, 22, "F", "E feed (stream 3)"),
    ("a_and_c_feed_flow", "kscmh", 0, 17, 4, 0.05, "F", "A and C feed (stream 4)"),
    ("recycle_flow", "kscmh", 0, 60, 3, 0.2, "F", "Recycle to the reactor (stream 8)"),
    ("reactor_feed_flow", "kscmh", 0, 100, 3, 0.21, "F", "Reactor feed (stream 6)"),
    ("reactor_pressure", "kPa(g)", 0, 3200, 2, 0.3, "P", "Reactor pressure"),
    ("reactor_level", "%", -10, 130, 2, 0.5, "L", "Reactor level"),
    ("reactor_temperature", "°C", 0, 200, 2, 0.01, "T", "Reactor temperature"),
    ("purge_flow", "kscmh", 0, 1.2, 5, 0.0017, "F", "Purge (stream 9)"),
    ("separator_temperature", "°C", 0, 200, 2, 0.01, "T", "Separator temperature"),
    ("separator_level", "%", -10, 150, 2, 1.0, "L", "Separator level"),
    ("separator_pressure", "kPa(g)", 0, 3200, 2, 0.3, "P", "Separator pressure"),
    ("separator_underflow", "m³/h", 0, 80, 3, 0.125, "F", "Liquid from the separator (stream 10)"),
    ("stripper_level", "%", -40, 150, 2, 1.0, "L", "Stripper level"),
    ("stripper_pressure", "kPa(g)", 0, 4000, 2, 0.3, "P", "Stripper pressure"),
    ("stripper_underflow", "m³/h", 0, 65, 3, 0.115, "F", "Product from the stripper (stream 11)"),
    ("stripper_temperature", "°C", 0, 130, 2, 0.01, "T", "Stripper temperature"),
    ("stripper_steam_flow", "kg/h", 0, 1000, 2, 1.15, "F", "Steam to the stripper"),
    ("compressor_work", "kW", 0, 500, 2, 0.2, "J", "Work of the compressor"),
    ("reactor_coolant_outlet_temperature", "°C", 0, 200, 2, 0.01, "T", "Cooling water from the reactor"),
    ("condenser_coolant_outlet_temperature", "°C", 0, 200, 2, 0.01, "T", "Cooling water from the condenser"),
)
"""XMEAS(1) to (22): name, unit, range, digits, deviation of the noise, letter of the instrument, what it measures."""

_GAS_SAMPLING, _PRODUCT_SAMPLING = 3600 * process.GAS_PERIOD, 3600 * process.PRODUCT_PERIOD
_NOISE_OF_GAS = dict(zip("ABCDEFGH", (0.25, 0.1, 0.25, 0.1, 0.25, 0.025, 0.05, 0.05), strict=True))
_MOST_OF_PRODUCT = {"D": 2, "E": 20, "F": 3}
_NOISE_OF_PRODUCT = dict(zip("DEFGH", (0.01, 0.01, 0.01, 0.5, 0.5), strict=True))
_ANALYSED = (
    ("reactor_feed", "the reactor feed (stream 6)", "ABCDEF"),
    ("purge", "the purge (stream 9)", "ABCDEFGH"),
    ("product", "the product (stream 11)", "DEFGH"),
)
"""XMEAS(23) to (41)."""
_SUPPLY = (
    ("a_feed_temperature", "°C", 0, 100, 2, 0.01, "T", "Temperature of the A feed"),
    ("d_feed_temperature", "°C", 0, 100, 2, 0.01, "T", "Temperature of the D feed"),
    ("e_feed_temperature", "°C", 0, 100, 2, 0.01, "T", "Temperature of the E feed"),
    ("a_and_c_feed_temperature", "°C", 0, 100, 2, 0.01, "T", "Temperature of the A and C feed"),
    ("reactor_coolant_inlet_temperature", "°C", 0, 100, 2, 0.01, "T", "Cooling water to the reactor"),
    ("reactor_coolant_flow", "m³/h", 0, 300, 2, 0.125, "F", "Cooling water to the reactor"),
    ("condenser_coolant_inlet_temperature", "°C", 0, 100, 2, 0.01, "T", "Cooling water to the condenser"),
    ("condenser_coolant_flow", "m³/h", 0, 350, 2, 0.125, "F", "Cooling water to the condenser"),
)
"""XMEAS(42) to (49)."""
_FEEDS = (
    ("a_feed", "the A feed (stream 1)", "ABCDEF"),
    ("d_feed", "the D feed (stream 2)", "ABCDEF"),
    ("e_feed", "the E feed (stream 3)", "ABCDEF"),
    ("a_and_c_feed", "the A and C feed (stream 4)", "ABCDEF"),
)
"""XMEAS(50) to (73)."""
_LIMITS = {
    "reactor_pressure": Limits(high=2895),
    "reactor_level": Limits(high=100, low=50),
    "reactor_temperature": Limits(high=150),
    "separator_level": Limits(high=100, low=30),
    "stripper_level": Limits(high=100, low=30),
}
"""The normal operating limits."""
NOMINAL_INPUTS = (*BASE_CASE[38:], *(0.0,) * len(DISTURBANCES), NOISE_SEED.nominal)


def _inputs() -> Iterator[Tag]:
    for number, (name, what) in enumerate(COMMANDS, 1):
        yield Tag(name, Role.INPUT, "%", 0, 100, BASE_CASE[37 + number], what, f"XMV({number})", 3)
    for number, (name, what) in enumerate(DISTURBANCES, 1):
        yield Tag(name, Role.DISTURBANCE, "", 0, 1, 0, f"{what} (1: as published, 0: not)", f"IDV({number})", 2)
    yield NOISE_SEED


_Instrument = tuple[str, str, float, float, int, float, str, str, float]


def _instruments() -> Iterator[_Instrument]:
    for row in _CONTINUOUS:
        yield (*row, 0.0)
    for stream, what, components in _ANALYSED:
        noise = _NOISE_OF_PRODUCT if stream == "product" else _NOISE_OF_GAS
        period = _PRODUCT_SAMPLING if stream == "product" else _GAS_SAMPLING
        most = _MOST_OF_PRODUCT if stream == "product" else {}
        for part in components:
            high = most.get(part, 100)
            yield f"{stream}_{part.lower()}", "mol%", 0, high, 4, noise[part], "A", f"{part} in {what}", period
    for row in _SUPPLY:
        yield (*row, 0.0)
    for stream, what, components in _FEEDS:
        for part in components:
            yield (
                f"{stream}_{part.lower()}", "mol%", 0, 100, 4, _NOISE_OF_GAS[part], "A", f"{part} in {what}",
                _GAS_SAMPLING,
            )  # fmt: skip


def _outputs(y: tuple[float, ...]) -> Iterator[Tag]:
    for number, (name, unit, low, high, digits, noise, letter, what, sampling) in enumerate(_instruments(), 1):
        yield Tag(
            name, Role.OUTPUT, unit, low, high, y[number - 1], f"{what}, XMEAS({number})", f"{letter}I_{number}",
            digits, _LIMITS.get(name, NO_LIMITS), noise=noise, sampling=sampling,
        )  # fmt: skip
    yield Tag("operating_cost", Role.OUTPUT, "$/h", 0, 2000, y[73], "Steam, compressor, losses with purge and product",
              "YI_COST", 2)  # fmt: skip
    for place, vessel in enumerate(("reactor", "separator", "stripper")):
        yield Tag(f"{vessel}_liquid_volume", Role.STATE, "m³", 0, 40, y[74 + place], f"Liquid in the {vessel}", "", 2)
    for place, (name, what) in enumerate(COMMANDS):
        position = f"{name.removesuffix('_speed')}_position"
        yield Tag(position, Role.STATE, "%", 0, 100, y[77 + place], f"{what}: where the valve or drive is", "", 3)


def tags(y: tuple[float, ...]) -> tuple[Tag, ...]:
    """All own tags in their order; `y` are the outputs at the start."""
    return (*_inputs(), *_outputs(y))


OUTPUTS = 77 + process.VALVES
"""How many own outputs and states there are."""
