/** The homes of the tags of the ethylene oxidation reactor. */
import type { PageOf } from "./pageSpec";

export const ethyleneOxidationPage: PageOf<"ethylene-oxidation"> = {
  model: "ethylene-oxidation",
  drawing: [
    "gas_density",
    "ethylene",
    "ethylene_oxide",
    "reactor_temperature",
    "yield",
    "production",
    "conversion",
    "selectivity",
  ],
  inputs: ["feed_flow", "feed_ethylene", "coolant_temperature"],
  loops: [
    { controlled: "reactor_temperature", manipulated: "coolant_temperature" },
    { controlled: "ethylene_oxide", manipulated: "feed_flow" },
  ],
  internals: [],
  pens: ["ethylene_oxide", "reactor_temperature", "production", "coolant_temperature"],
};
