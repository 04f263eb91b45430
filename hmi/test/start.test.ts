import { describe, expect, it } from "vitest";
import { startOptions, startProblems, USUAL } from "../src/features/start/startState";
import { familyOf } from "../src/features/welcome/family";
import { readModel } from "../src/tags/modelAnswer";
import { numberedKinds } from "../src/tags/numbered";
import { LARGE, SMALL } from "./models";

describe("the start form", () => {
  it("asks for nothing that was not chosen", () => {
    expect(startOptions(USUAL)).toEqual({ duration: 86_400, speed: 1 });
  });

  it("asks for name, start state, seed and first values", () => {
    const state = { ...USUAL, name: " a ", hours: "0,5", seed: "7", start: "warm", inputs: { level: "1,5" } };
    expect(startProblems(state)).toEqual([]);
    expect(startOptions(state)).toEqual({
      duration: 1800,
      speed: 1,
      name: "a",
      seed: 7,
      start: "warm",
      inputs: { level: 1.5 },
    });
  });

  it("tells every problem at once", () => {
    const problems = startProblems({ ...USUAL, hours: "-1", seed: "x", inputs: { feed_flow: "" } });
    expect(problems).toHaveLength(3);
    expect(problems.join()).toContain("feed flow: nothing is not a number");
  });
});

describe("a model as the engine describes it", () => {
  const answer = { ...SMALL, tags: Object.entries(SMALL.tags).map(([name, spec]) => ({ name, ...spec })) };
  const facts = { time_unit: "s", sample_time: 1, links: {}, running: 0 };

  it("is read with its tags by name, its start states and what its interlocks force", () => {
    expect(readModel({ ...facts, ...answer } as never)).toEqual(SMALL);
    const more = {
      kind: "batch",
      starts: [{ name: "cold", description: "x", inputs: {} }],
      interlocks: [{ name: "trip", description: "y", forces: { inflow: 0 }, limit: 3 }],
    };
    expect(readModel({ ...facts, ...answer, ...more } as never)).toMatchObject({
      kind: "batch",
      starts: [{ name: "cold", description: "x" }],
      interlocks: [{ name: "trip", description: "y", forces: ["inflow"] }],
    });
  });

  it("belongs to the family that the engine names", () => {
    expect(familyOf({ ...SMALL, kind: "batch" })).toBe("batch");
    expect(familyOf({ ...SMALL, kind: "other" })).toBe("own");
  });

  it("shows numbered tags of one unit together, from six on", () => {
    expect(numberedKinds(SMALL)).toEqual([]);
    const kinds = numberedKinds(LARGE);
    expect(kinds.map(({ stem, tags }) => [stem, tags.length])).toEqual([["temperature", 41]]);
    expect(kinds[0]?.tags.slice(0, 3)).toEqual(["temperature_1", "temperature_2", "temperature_3"]);
  });
});
