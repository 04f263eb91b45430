/** The families that the models are shown in. */
import type { ModelSpec } from "../../tags/model";

export const FAMILIES = ["continuous", "batch", "starter", "own"] as const;
export type Family = (typeof FAMILIES)[number];

export const FAMILY_NAMES: Readonly<Record<Family, string>> = {
  continuous: "Continuous processes",
  batch: "Batch processes",
  starter: "Starter set",
  own: "Own models",
};

const BUILT_IN: Readonly<Record<string, Family>> = {
  "wood-berry": "continuous",
  "ethylene-oxidation": "continuous",
  "column-a": "continuous",
  "quadruple-tank": "continuous",
  "tennessee-eastman": "continuous",
  "cstr-exotherm": "continuous",
  "van-de-vusse": "continuous",
  "ph-neutralisation": "continuous",
  evaporator: "continuous",
  "drum-boiler": "continuous",
  "shell-hof": "continuous",
  "williams-otto": "continuous",
  "boiler-turbine": "continuous",
  "poly-semibatch": "batch",
  "cryst-batch": "batch",
  "penicillin-fedbatch": "batch",
  tclab: "starter",
  "heat-exchanger": "starter",
  "dc-motor": "starter",
  "surge-tank": "starter",
};

/** What the engine says; where it does not, a model that this build does not know was brought by a user. */
export function familyOf({ id, kind }: ModelSpec): Family {
  return FAMILIES.find((family) => family === kind) ?? BUILT_IN[id] ?? "own";
}
