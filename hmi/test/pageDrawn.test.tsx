import { describe, expect, it } from "vitest";
import { ControlPanel } from "../src/features/controls/ControlPanel";
import { ModelDrawing } from "../src/features/graphics/ModelDrawing";
import { pageFor } from "../src/features/graphics/registry";
import { KNOWN, LARGE, SMALL } from "./models";
import { renderPlant } from "./renderPlant";

function attribute(container: HTMLElement, name: string): string[] {
  return [...container.querySelectorAll(`[${name}]`)].map((element) => element.getAttribute(name) ?? "");
}

describe.each([...KNOWN, SMALL, LARGE].map((model) => ({ id: model.id, model })))(
  "the drawn page of $id",
  ({ id, model }) => {
    const page = pageFor(model);
    const whole = (
      <>
        <ModelDrawing model={model} />
        <ControlPanel page={page} />
      </>
    );

    it.each([null, `${id}-1`])("shows every tag exactly once at home (simulation %s)", (simId) => {
      const { container } = renderPlant(whole, model, simId);
      expect(attribute(container, "data-tag").sort()).toEqual(Object.keys(model.tags).sort());
    });

    it("repeats in the drawing only what is moved in the panels", () => {
      const { container } = renderPlant(<ModelDrawing model={model} />, model, null);
      const repeated = attribute(container, "data-repeat");
      expect(new Set(repeated).size).toBe(repeated.length);
      expect(repeated.filter((tag) => !model.tags[tag]?.writable)).toEqual([]);
    });

    it("marks nominal values as not running and disables the inputs", () => {
      const { container, queryAllByRole } = renderPlant(whole, model, null);
      const boxes = container.querySelectorAll(".value-box");
      expect(container.querySelectorAll(".value-box.nominal").length).toBe(boxes.length);
      for (const entry of queryAllByRole("textbox").filter((each) => !each.classList.contains("tag-search")))
        expect((entry as HTMLInputElement).disabled).toBe(true);
    });
  },
);
