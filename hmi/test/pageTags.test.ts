import { describe, expect, it } from "vitest";
import { homes } from "../src/features/graphics/pageSpec";
import { GRAPHICS } from "../src/features/graphics/registry";
import { MODEL_IDS, modelSpec } from "../src/tags/model";

describe.each(MODEL_IDS)("the page of %s", (id) => {
  const { page } = GRAPHICS[id];
  const declared = Object.keys(modelSpec(id).tags);

  it("is the page of that model", () => {
    expect(page.model).toBe(id);
  });

  it("gives every tag of the model exactly one home, and no other", () => {
    expect(homes(page).sort()).toEqual([...declared].sort());
  });

  it("starts its trend with tags of the model", () => {
    expect(page.pens.filter((tag) => !declared.includes(tag))).toEqual([]);
  });

  it("moves by hand only what may be written", () => {
    expect(page.inputs.filter((tag) => !modelSpec(id).tags[tag]?.writable)).toEqual([]);
  });
});
