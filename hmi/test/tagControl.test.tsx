import { act, fireEvent, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, expect, it } from "vitest";
import { HeldControl } from "../src/features/controls/HeldControl";
import { TagControl } from "../src/features/controls/TagControl";
import { applyData } from "../src/tags/liveStore";
import { type Answer, EngineServer } from "./engineServer";
import { known } from "./models";
import { renderPlant } from "./renderPlant";

const SIM = "wood-berry-1";
const REFUSAL = "wood-berry-1.reflux_flow = 9 lb/min is outside 0..4";
let answer: Answer;
let engine: EngineServer;

beforeEach(async () => {
  answer = { status: 200, body: {} };
  engine = new EngineServer(() => answer);
  await engine.start();
});
afterEach(() => engine.stop());

function show(held: string | null = null) {
  renderPlant(<TagControl tag="reflux_flow" held={held} />, "wood-berry", SIM);
  echo(1.95);
}

function echo(value: number) {
  act(() => applyData({ op: "data", seq: 1, time: Date.now(), v: { 0: value } }, () => `${SIM}.reflux_flow`));
}

const entry = () => screen.getByLabelText<HTMLInputElement>("Reflux flow, lb/min");
const slider = () => screen.getByRole<HTMLInputElement>("slider");

it("stages what is typed and sends it with Enter; pending until the echo", async () => {
  show();
  await userEvent.type(entry(), "2.1");
  expect(engine.requests).toEqual([]);
  await userEvent.keyboard("{Enter}");
  await waitFor(() => expect(screen.getByRole("status").textContent).toContain("accepted, waiting"));
  expect(engine.requests).toEqual([
    { method: "POST", path: `/api/sims/${SIM}/reflux_flow`, body: { value: 2.1 } },
  ]);
  echo(2.1);
  await waitFor(() => expect(screen.queryByRole("status")).toBeNull());
  expect(entry().value).toBe("2.100");
});

it("takes the staged value back with Escape", async () => {
  show();
  await userEvent.type(entry(), "3{Escape}");
  expect(entry().value).toBe("1.950");
  expect(engine.requests).toEqual([]);
});

it("does not send what is not a number", async () => {
  show();
  await userEvent.type(entry(), "two{Enter}");
  expect(entry().getAttribute("aria-invalid")).toBe("true");
  expect(engine.requests).toEqual([]);
});

it("shows the engine's words when it refuses, and keeps the true value", async () => {
  answer = {
    status: 422,
    body: { title: "Out of range", status: 422, detail: REFUSAL, errors: [{ detail: REFUSAL }] },
  };
  show();
  await userEvent.type(entry(), "9{Enter}");
  expect((await screen.findByRole("alert")).textContent).toBe(REFUSAL);
  expect(entry().value).toBe("1.950");
});

it("sends the slider's value when it is let go, not before", async () => {
  show();
  fireEvent.change(slider(), { target: { value: "2.5" } });
  fireEvent.change(slider(), { target: { value: "2.6" } });
  expect(engine.requests).toEqual([]);
  fireEvent.pointerUp(slider());
  await waitFor(() => expect(engine.requests.map((request) => request.body)).toEqual([{ value: 2.6 }]));
});

it("says which loop moves the tag and takes no value meanwhile", () => {
  show("Moved by the loop of distillate methanol (auto)");
  expect(entry().disabled).toBe(true);
  expect(screen.getByText(/loop of distillate methanol/)).toBeTruthy();
});

it("takes no value while a loop moves the tag or a trip holds it", () => {
  const model = {
    ...known("wood-berry"),
    interlocks: [{ name: "trip", description: "", forces: ["steam_flow"] }],
  };
  const page = renderPlant(
    <>
      <HeldControl tag="reflux_flow" />
      <HeldControl tag="steam_flow" />
    </>,
    model,
    SIM,
  );
  const names = ["distillate_methanol_mode", "trip", "steam_flow"];
  const hear = (mode: number, trip: number) =>
    act(() =>
      applyData(
        { op: "data", seq: 1, time: Date.now(), v: { 0: mode, 1: trip, 2: 1.7 } },
        (handle) => `${SIM}.${names[handle]}`,
      ),
    );
  hear(0, 0);
  expect(page.container.querySelectorAll(".held-note")).toHaveLength(0);
  hear(1, 1);
  expect([...page.container.querySelectorAll(".held-note")].map((note) => note.textContent)).toEqual([
    "Moved by the loop of distillate methanol (auto)",
    "Held by trip",
  ]);
});
