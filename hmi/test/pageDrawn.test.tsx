import { describe, expect, it } from "vitest";
import { ControlPanel } from "../src/features/controls/ControlPanel";
import { GRAPHICS } from "../src/features/graphics/registry";
import { MODEL_IDS, modelSpec } from "../src/tags/model";
import { renderPlant } from "./renderPlant";

function attribute(container: HTMLElement, name: string): string[] {
  return [...container.querySelectorAll(`[${name}]`)].map((element) => element.getAttribute(name) ?? "");
}

describe.each(MODEL_IDS)("the drawn page of %s", (id) => {
  const { page, Drawing } = GRAPHICS[id];
  const declared = Object.keys(modelSpec(id).tags);

  it.each([null, `${id}-1`])("shows every tag exactly once at home (simulation %s)", (simId) => {
    const { container } = renderPlant(
      <>
        <Drawing />
        <ControlPanel page={page} />
      </>,
      id,
      simId,
    );
    expect(attribute(container, "data-tag").sort()).toEqual([...declared].sort());
  });

  it("repeats in the drawing only what is moved in the panels", () => {
    const { container } = renderPlant(<Drawing />, id, null);
    const repeated = attribute(container, "data-repeat");
    expect(new Set(repeated).size).toBe(repeated.length);
    expect(repeated.filter((tag) => !page.inputs.includes(tag))).toEqual([]);
  });

  it("marks nominal values as not running and disables the inputs", () => {
    const { container, getAllByRole } = renderPlant(
      <>
        <Drawing />
        <ControlPanel page={page} />
      </>,
      id,
      null,
    );
    expect(container.querySelectorAll(".value-box").length).toBe(
      container.querySelectorAll(".value-box.nominal").length,
    );
    for (const entry of getAllByRole("textbox")) expect((entry as HTMLInputElement).disabled).toBe(true);
  });
});
