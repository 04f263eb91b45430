/** The models of the engine's own source, and models that no build has ever seen. */
import { MODELS } from "../src/generated/tags.gen";
import type { ModelSpec, TagSpec } from "../src/tags/model";

const NOTHING = { interlocks: [], starts: [], sources: [], kind: "", exercises: [], documentation: "" };

export const KNOWN: readonly ModelSpec[] = Object.values(MODELS).map((model) => ({
  ...NOTHING,
  ...(model as Pick<ModelSpec, "id" | "name" | "description" | "tags" | "loops">),
}));

export function known(id: string): ModelSpec {
  const model = KNOWN.find((each) => each.id === id);
  if (!model) throw new Error(`there is no model ${id}`);
  return model;
}

export function tag(role: TagSpec["role"], more: Partial<TagSpec> = {}): TagSpec {
  return {
    role,
    unit: "%",
    low: 0,
    high: 100,
    nominal: 50,
    digits: 1,
    label: "",
    description: `A ${role}`,
    limits: {},
    states: [],
    writable: ["input", "disturbance", "parameter"].includes(role),
    ...more,
  };
}

function counted(count: number, stem: string, spec: TagSpec): [string, TagSpec][] {
  return Array.from({ length: count }, (_, index) => [`${stem}_${index + 1}`, spec]);
}

const LETTERS = "abcdefghijklmnopqrstuvwxyz";

/** Three tags, no loop. */
export const SMALL: ModelSpec = {
  id: "my-tank",
  name: "My tank",
  description: "",
  ...NOTHING,
  loops: [],
  tags: {
    inflow: tag("input"),
    level: tag("output"),
    alarm: tag("output", { states: ["off", "on"], high: 1 }),
  },
};

/** As large as the largest: a profile, many outputs, loops of which one moves the setpoint of another. */
export const LARGE: ModelSpec = {
  ...SMALL,
  id: "my-plant",
  name: "My plant with a long name that has to be broken",
  loops: [
    { controlled: "flow_a", manipulated: "valve_1" },
    { controlled: "flow_b", manipulated: "flow_a_setpoint" },
  ],
  tags: Object.fromEntries([
    ...counted(12, "valve", tag("input")),
    ...counted(41, "temperature", tag("output")),
    ...[...LETTERS].map((letter): [string, TagSpec] => [`flow_${letter}`, tag("output", { label: "FI_1" })]),
    ...counted(28, "upset", tag("disturbance", { states: ["off", "on"], high: 1 })),
    ...["flow_a", "flow_b"].flatMap((name): [string, TagSpec][] => [
      [`${name}_setpoint`, tag("input")],
      [`${name}_mode`, tag("input", { states: ["manual", "auto", "cascade", "tracking"], high: 3 })],
      [`${name}_gain`, tag("parameter")],
      [`${name}_integral_time`, tag("parameter")],
      [`${name}_derivative_time`, tag("parameter")],
    ]),
    ["hidden", tag("state")],
    ["level_trip", tag("output", { states: ["normal", "tripped"], high: 1, nominal: 0 })],
    ["trip_reset", tag("input", { states: ["ready", "reset"], high: 1, nominal: 0 })],
  ]),
};
