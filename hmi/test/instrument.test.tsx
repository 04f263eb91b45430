import { act, fireEvent } from "@testing-library/react";
import { expect, it, vi } from "vitest";
import { Instrument } from "../src/components/instrument/Instrument";
import { applyData, liveStore } from "../src/tags/liveStore";
import { renderPlant } from "./renderPlant";

const SIM = "wood-berry-1";
const TAG = "distillate_methanol";

function frame(value: number | null, quality?: string) {
  act(() =>
    applyData(
      { op: "data", seq: 1, time: Date.now(), v: { 0: value }, ...(quality ? { q: { 0: quality } } : {}) },
      () => `${SIM}.${TAG}`,
    ),
  );
}

function shown(open?: (tag: string) => void) {
  const page = renderPlant(
    <svg aria-label="sheet">
      <Instrument x={0} y={0} tag={TAG} title="Methanol" />
    </svg>,
    "wood-berry",
    SIM,
    open,
  );
  return { ...page, value: () => page.container.querySelector(".value")?.textContent };
}

it("shows --- until a value arrives, then the number", () => {
  const { value } = shown();
  expect(value()).toBe("---");
  frame(96.25);
  expect(value()).toBe("96.250");
});

it("shows --- for a bad value, never the last number", () => {
  const { value, getByRole } = shown();
  frame(96.25);
  frame(null, "BadSensorFailure");
  expect(value()).toBe("---");
  expect(getByRole("button").getAttribute("aria-label")).toContain("bad");
});

it("marks an uncertain value with ? and hatch", () => {
  const { value, container } = shown();
  frame(96.25, "UncertainLastUsableValue");
  expect(value()).toBe("?96.250");
  expect(container.querySelector(".hatched")).not.toBeNull();
});

it("marks a stale value", () => {
  const { value, container } = shown();
  frame(96.25);
  act(() => liveStore.setState({ stale: true, silence: 3 }));
  expect(value()).toBe("?96.250");
  expect(container.querySelector(".value-box.stale .hatched")).not.toBeNull();
});

it.each([
  [93, "LL", "p1"],
  [95, "L", "p2"],
])("marks %d %% as %s with colour, digit and words", (value, mark, priority) => {
  const { container, getByRole } = shown();
  frame(value);
  const alarm = container.querySelector(`.alarm.${priority}`);
  expect(alarm?.textContent).toBe(`${priority.slice(1)}${mark}`);
  expect(getByRole("button").getAttribute("aria-label")).toContain("limit");
});

it("opens the faceplate by mouse and by keyboard", () => {
  const open = vi.fn();
  const { getByRole } = shown(open);
  fireEvent.click(getByRole("button"));
  fireEvent.keyDown(getByRole("button"), { key: "Enter" });
  expect(open.mock.calls).toEqual([[TAG], [TAG]]);
});
