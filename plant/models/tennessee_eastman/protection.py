"""The base-layer loops, the trips and the purge override of the Tennessee Eastman process."""

from plant.interlocks import Interlock, Side
from plant.loops import Form, Loop

_SOURCE = "closed-loop program of the data sets of L. H. Chiang, E. L. Russell, R. D. Braatz (Springer 2001)"


def _loop(
    controlled: str, manipulated: str, gain: float, integral_time: float, span: float, period: float = 3,
    scale: float = 1.0,
) -> Loop:  # fmt: skip
    """A published loop: its gain is in % per % of `span`; `scale` is what a per cent of a setpoint is."""
    return Loop(
        controlled, manipulated, gain * 100 / span * scale, integral_time, _SOURCE, form=Form.VELOCITY, period=period
    )


LOOPS = (
    _loop("d_feed_flow", "d_feed_valve", 1.0, 0, 5811),
    _loop("e_feed_flow", "e_feed_valve", 1.0, 0, 8354),
    _loop("a_feed_flow", "a_feed_valve", 1.0, 0, 1.017),
    _loop("a_and_c_feed_flow", "a_and_c_feed_valve", 1.0, 0, 15.25),
    _loop("recycle_flow", "compressor_recycle_valve", -0.083, 1, 53),
    _loop("purge_flow", "purge_valve", 1.22, 0, 1.0),
    _loop("separator_level", "separator_liquid_valve", -2.06, 0, 70),
    _loop("stripper_level", "stripper_product_valve", -1.62, 0, 70),
    _loop("stripper_steam_flow", "stripper_steam_valve", 0.41, 0, 460),
    _loop("reactor_coolant_outlet_temperature", "reactor_coolant_valve", -1.56, 1452, 150),
    _loop("stripper_underflow", "condenser_coolant_valve", 1.09, 2600, 46),
    _loop("stripper_temperature", "stripper_steam_flow_setpoint", 0.169, 236, 130, scale=4.60),
    _loop("reactor_level", "a_and_c_feed_flow_setpoint", 1.11, 3168, 50, scale=0.1525),
    _loop("reactor_temperature", "reactor_coolant_outlet_temperature_setpoint", 28.3, 982, 150, scale=1.50),
    _loop("reactor_feed_a", "a_feed_flow_setpoint", 18, 3168, 100, 360, scale=0.01017),
    _loop("reactor_feed_d", "d_feed_flow_setpoint", 8.3, 3168, 100, 360, scale=58.11),
    _loop("reactor_feed_e", "e_feed_flow_setpoint", 2.37, 5069, 100, 360, scale=83.54),
    _loop("purge_b", "purge_flow_setpoint", -83.2 / 15, 6336, 26, 360, scale=0.01),
    _loop("product_e", "stripper_temperature_setpoint", -16.3 / 5, 12408, 1.6, 900, scale=1.30),
)
"""The loops 1 to 11, 16, 17, 18, 13, 14, 15, 19 and 20 in the order in which they act."""

SETPOINTS = {
    "d_feed_flow": 3664.0, "e_feed_flow": 4509.3, "a_feed_flow": 0.25052, "a_and_c_feed_flow": 9.3477,
    "recycle_flow": 26.902, "purge_flow": 0.33712, "separator_level": 50.0, "stripper_level": 50.0,
    "stripper_steam_flow": 230.31, "reactor_coolant_outlet_temperature": 94.599, "stripper_underflow": 22.949,
    "stripper_temperature": 65.731, "reactor_level": 75.0, "reactor_temperature": 120.40, "reactor_feed_a": 32.188,
    "reactor_feed_d": 6.8820, "reactor_feed_e": 18.776, "purge_b": 13.823, "product_e": 0.83570,
}  # fmt: skip
"""The published setpoints."""

INNER = frozenset(loop.manipulated.removesuffix("_setpoint") for loop in LOOPS) & frozenset(SETPOINTS)
"""The loops whose setpoints others move."""

CLOSED_MODES = {f"{name}_mode": 2.0 if name in INNER else 1.0 for name in SETPOINTS}
"""All loops as published: in auto, the inner ones in cascade."""

INTERLOCKS = (
    Interlock("reactor_pressure_trip", "Reactor above 3000 kPa: everything stops", "reactor_pressure", 3000.0,
              Side.HIGH),
    Interlock("reactor_overfill_trip", "More than 24.0 m³ of liquid in the reactor: everything stops",
              "reactor_liquid_volume", 24.0, Side.HIGH),
    Interlock("reactor_empty_trip", "Less than 2.0 m³ of liquid in the reactor: everything stops",
              "reactor_liquid_volume", 2.0, Side.LOW),
    Interlock("reactor_temperature_trip", "Reactor above 175 °C: everything stops", "reactor_temperature", 175.0,
              Side.HIGH),
    Interlock("separator_overfill_trip", "More than 12.0 m³ of liquid in the separator: everything stops",
              "separator_liquid_volume", 12.0, Side.HIGH),
    Interlock("separator_empty_trip", "Less than 1.0 m³ of liquid in the separator: everything stops",
              "separator_liquid_volume", 1.0, Side.LOW),
    Interlock("stripper_overfill_trip", "More than 8.0 m³ of liquid in the stripper: everything stops",
              "stripper_liquid_volume", 8.0, Side.HIGH),
    Interlock("stripper_empty_trip", "Less than 1.0 m³ of liquid in the stripper: everything stops",
              "stripper_liquid_volume", 1.0, Side.LOW),
    Interlock("purge_opening", "Separator above 2950 kPa: purge open until it is below 2633.7 kPa",
              "separator_pressure", 2950.0, Side.HIGH, {"purge_valve": 100.0}, release=2633.7,
              returns={"purge_valve": 40.06, "purge_flow_setpoint": 0.33712}, armed_by="purge_flow"),
    Interlock("purge_closing", "Separator below 2300 kPa: purge shut until it is above 2633.7 kPa",
              "separator_pressure", 2300.0, Side.LOW, {"purge_valve": 0.0}, release=2633.7,
              returns={"purge_valve": 40.06, "purge_flow_setpoint": 0.33712}, armed_by="purge_flow"),
)  # fmt: skip
"""The eight trips come first: the equations look at their flags."""
