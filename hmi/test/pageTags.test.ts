import { describe, expect, it } from "vitest";
import { genericLayout } from "../src/features/graphics/generic/layout";
import { homes } from "../src/features/graphics/pageSpec";
import { pageFor, SHEETS, sheetOf, shownTags } from "../src/features/graphics/registry";
import { KNOWN, known, LARGE, SMALL } from "./models";

describe.each(SHEETS.map((sheet) => ({ model: sheet.model, sheet })))(
  "the sheet of $model",
  ({ model, sheet }) => {
    const declared = Object.keys(known(model).tags);

    it("shows only tags of the model, each once", () => {
      const shown = shownTags(sheet);
      expect(shown.filter((tag) => !declared.includes(tag))).toEqual([]);
      expect(new Set(shown).size).toBe(shown.length);
    });

    it("starts its trend with tags of the model", () => {
      expect((sheet.pens ?? []).filter((tag) => !declared.includes(tag))).toEqual([]);
    });
  },
);

it("has one sheet for a model at most", () => {
  expect(new Set(SHEETS.map((sheet) => sheet.model)).size).toBe(SHEETS.length);
});

describe.each([...KNOWN, SMALL, LARGE].map((model) => ({ id: model.id, model })))(
  "the page of $id",
  ({ model }) => {
    it("gives every tag of the model exactly one home, and no other", () => {
      expect(homes(pageFor(model)).sort()).toEqual(Object.keys(model.tags).sort());
    });

    it("moves by hand only what may be written", () => {
      const { inputs, disturbances, parameters } = pageFor(model);
      const moved = [...inputs, ...disturbances, ...parameters];
      expect(moved.filter((tag) => !model.tags[tag]?.writable)).toEqual([]);
    });

    it("has room for it all on a generic page: rows, profiles and bubbles do not overlap", () => {
      const { inputs, outputs, profiles, loops, height } = genericLayout(model);
      for (const column of [inputs, [...profiles, ...outputs]]) {
        column.slice(1).forEach((row, index) => {
          const above = column[index];
          expect(row.y).toBeGreaterThanOrEqual((above?.y ?? 0) + (above?.height ?? 0));
        });
        expect((column.at(-1)?.y ?? 0) + (column.at(-1)?.height ?? 0)).toBeLessThanOrEqual(height);
      }
      const bubbles = loops.map((loop) => loop.y);
      bubbles.slice(1).forEach((y, index) => {
        expect(y - (bubbles[index] ?? 0)).toBeGreaterThanOrEqual(40);
      });
      for (const y of bubbles) expect(y).toBeLessThan(height);
    });
  },
);

it("falls back to the generic page where the engine's model lacks what the sheet shows", () => {
  const model = known("wood-berry");
  const { bottoms_methanol: _gone, ...tags } = model.tags;
  expect(sheetOf(model)).not.toBeNull();
  expect(sheetOf({ ...model, tags })).toBeNull();
});
