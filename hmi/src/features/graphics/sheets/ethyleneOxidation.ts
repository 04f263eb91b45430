/** The ethylene oxidation reactor: a jacketed stirred vessel with feed, coolant, product and its yields. */
import { type Graphic, kitOf } from "../kit";

const k = kitOf<"ethylene-oxidation">();

export const ethyleneOxidation: Graphic = {
  model: "ethylene-oxidation",
  label: "Jacketed stirred reactor with feed, coolant and product",
  pens: ["ethylene_oxide", "reactor_temperature", "production", "coolant_temperature"],
  items: [
    k.stream(24, 152, "Ethylene, oxygen"),
    k.pipe("24,132 312,132"),
    k.signal("44,74 44,132"),
    k.signal("44,186 240,186 240,144"),
    k.utility("24,392 330,392"),
    k.stream(24, 412, "Coolant in"),
    k.signal("44,326 44,348 240,348 240,358"),
    k.utility("502,150 520,150 520,392 560,392"),
    k.stream(568, 397, "Coolant out"),
    k.pipe("488,186 984,186"),
    k.stream(984, 178, "Product gas", "end"),
    k.signal("488,118 534,118 534,56 542,56"),
    k.signal("782,74 782,186"),
    k.signal("502,262 542,262"),
    k.signal("502,338 542,338"),
    k.vessel(400, 72, 176, 300, { agitator: true, jacket: true }),
    k.name(328, 150, "R-201", "start"),
    k.valve(240, 132, "feed_flow"),
    k.valve(240, 392, "coolant_temperature"),
    k.gauge(44, 56, "feed_ethylene", "Ethylene in the feed"),
    k.gauge(44, 204, "feed_flow", "Feed flow"),
    k.gauge(44, 308, "coolant_temperature", "Coolant temperature"),
    k.gauge(560, 56, "reactor_temperature", "Reactor temperature", { trend: true }),
    k.gauge(560, 262, "ethylene", "Ethylene"),
    k.gauge(560, 338, "gas_density", "Gas density"),
    k.gauge(782, 56, "ethylene_oxide", "Ethylene oxide", { trend: true }),
    k.block(750, 202, 242, 254),
    k.gauge(782, 246, "production", "Production", { computed: true }),
    k.gauge(782, 306, "yield", "Yield", { computed: true }),
    k.gauge(782, 366, "conversion", "Conversion", { computed: true }),
    k.gauge(782, 426, "selectivity", "Selectivity", { computed: true }),
  ],
};
