/** The counter-current heat exchanger: hot side, cold side and the temperatures along them. */
import type { TagName } from "../../../tags/model";
import { type Graphic, kitOf } from "../kit";

const k = kitOf<"heat-exchanger">();
const CELLS = Array.from({ length: 20 }, (_, cell) => cell + 1);
const along = (side: "hot" | "cold") =>
  CELLS.map((cell) => `${side}_temperature_${cell}` as TagName<"heat-exchanger">);

export const heatExchanger: Graphic = {
  model: "heat-exchanger",
  label: "Counter-current heat exchanger with the temperatures along its hot and its cold side",
  pens: ["hot_outlet_temperature", "cold_outlet_temperature", "hot_flow", "cold_flow"],
  items: [
    k.pipe("24,215 286,215"),
    k.stream(24, 233, "Hot in"),
    k.pipe("714,215 984,215"),
    k.stream(984, 207, "Hot out", "end"),
    k.pipe("984,288 650,288 650,264"),
    k.stream(984, 306, "Cold in", "end"),
    k.pipe("350,262 350,288 24,288"),
    k.stream(24, 306, "Cold out"),
    k.shell(500, 215, 420, 90, 5),
    k.valve(236, 215, "hot_flow"),
    k.valve(760, 288, "cold_flow"),
    k.signal("210,60 236,60 236,178"),
    k.signal("806,350 760,350 760,298"),
    k.profile(330, 46, 340, 96, along("hot"), "Hot side", [0, 100], true),
    k.profile(330, 338, 340, 96, along("cold"), "Cold side", [0, 100], true),
    k.gauge(44, 60, "hot_flow", "Hot flow"),
    k.gauge(44, 146, "hot_inlet_temperature", "Hot in"),
    k.gauge(44, 350, "cold_outlet_temperature", "Cold out"),
    k.gauge(44, 426, "effectiveness", "Effectiveness", { computed: true }),
    k.gauge(824, 60, "duty", "Duty", { computed: true }),
    k.gauge(824, 146, "hot_outlet_temperature", "Hot out"),
    k.gauge(824, 350, "cold_flow", "Cold flow"),
    k.gauge(824, 426, "cold_inlet_temperature", "Cold in"),
  ],
};
