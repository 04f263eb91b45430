/** The homes of the tags of the quadruple tank. */
import type { PageOf } from "./pageSpec";

export const quadrupleTankPage: PageOf<"quadruple-tank"> = {
  model: "quadruple-tank",
  drawing: ["level_1", "level_2", "level_3", "level_4", "level_1_signal", "level_2_signal"],
  inputs: ["pump_1_voltage", "pump_2_voltage", "valve_1_split", "valve_2_split"],
  loops: [
    { controlled: "level_1_signal", manipulated: "pump_1_voltage" },
    { controlled: "level_2_signal", manipulated: "pump_2_voltage" },
  ],
  internals: [],
  pens: ["level_1", "level_2", "level_3", "level_4"],
};
