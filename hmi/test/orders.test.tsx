import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { MemoryRouter } from "react-router";
import { afterEach, beforeEach, expect, it } from "vitest";
import { AlarmTable } from "../src/features/alarms/AlarmTable";
import { stateWords } from "../src/features/alarms/priority";
import { FaultForm } from "../src/features/faults/FaultForm";
import { contentType } from "../src/features/own/useOwnModels";
import type { Alarm } from "../src/lib/schemas";
import { type Answer, EngineServer } from "./engineServer";
import { known } from "./models";
import { renderPlant } from "./renderPlant";

const SIM = "wood-berry-1";
let answer: Answer;
let engine: EngineServer;

beforeEach(async () => {
  answer = { status: 200, body: {} };
  engine = new EngineServer(() => answer);
  await engine.start();
});
afterEach(() => engine.stop());

const ALARM: Alarm = {
  sim_id: SIM,
  model_id: "wood-berry",
  alarm: "bottoms_methanol",
  kind: "limit",
  tag: `${SIM}.bottoms_methanol`,
  level: "high_high",
  active: true,
  acknowledged: false,
  confirmed: true,
  enabled: true,
  retain: true,
  shelving: "unshelved",
  unshelve_time: null,
  severity: 900,
  message: "too much",
  value: 2.1,
  unit: "%",
  comment: "",
  user: "",
  event_id: "0123456789abcdef0123456789abcdef",
  active_time: null,
  node_id: `ns=2;s=${SIM}.Alarms.bottoms_methanol`,
  quality: "Good",
  time: null,
  acknowledged_time: null,
  limits: { high_high: 2 },
  hysteresis: null,
  on_delay: 0,
  off_delay: 0,
};

function showAlarm(alarm: Alarm) {
  return renderPlant(
    <MemoryRouter>
      <AlarmTable alarms={[alarm]} everywhere />
    </MemoryRouter>,
    "wood-berry",
    SIM,
  );
}

it("acknowledges the event that was seen, and no other", async () => {
  const { container } = showAlarm(ALARM);
  expect(container.querySelector(".alarm.p1")?.textContent).toBe("1HH");
  await userEvent.click(screen.getByRole("button", { name: "Acknowledge bottoms methanol" }));
  await waitFor(() =>
    expect(engine.requests).toEqual([
      {
        method: "POST",
        path: `/api/sims/${SIM}/alarms/bottoms_methanol/acknowledge`,
        body: { event_id: ALARM.event_id },
      },
    ]),
  );
});

it("shows the engine's words when it refuses an order", async () => {
  answer = { status: 412, body: { title: "Stale", status: 412, detail: "the alarm has moved on" } };
  showAlarm(ALARM);
  await userEvent.selectOptions(screen.getByRole("combobox", { name: "Shelve bottoms methanol" }), "1 h");
  expect((await screen.findByRole("alert")).textContent).toBe("the alarm has moved on");
  expect(engine.requests[0]?.body).toEqual({ seconds: 3600 });
});

it.each([
  [{}, "active, unacknowledged"],
  [{ acknowledged: true }, "active, acknowledged"],
  [{ active: false }, "returned, unacknowledged"],
  [{ active: false, acknowledged: true, confirmed: false }, "returned, to be confirmed"],
  [{ shelving: "timed" as const }, "shelved"],
  [{ enabled: false }, "out of service"],
])("tells the state of an alarm with %j as %s", (part, words) => {
  expect(stateWords({ ...ALARM, ...part })).toBe(words);
});

it("injects a fault with what its kind takes, beginning after the wanted time", async () => {
  renderPlant(<FaultForm model={known("wood-berry")} simId={SIM} now={100} />, "wood-berry", SIM);
  await userEvent.selectOptions(screen.getByRole("combobox", { name: "Faulty tag" }), "bottoms_methanol");
  await userEvent.type(screen.getByLabelText("Begins in, s"), "60");
  await userEvent.type(screen.getByLabelText("Lasts, s"), "300");
  await userEvent.click(screen.getByRole("button", { name: "Inject" }));
  await waitFor(() =>
    expect(engine.requests[0]).toEqual({
      method: "POST",
      path: `/api/sims/${SIM}/faults`,
      body: { tag: "bottoms_methanol", kind: "bias", size: 5, start: 160, duration: 300 },
    }),
  );
});

it("sends no size for a kind that takes none, and nothing while an entry is no number", async () => {
  renderPlant(<FaultForm model={known("wood-berry")} simId={SIM} now={0} />, "wood-berry", SIM);
  await userEvent.selectOptions(screen.getByRole("combobox", { name: "Kind of fault" }), "Valve stuck");
  const lasts = screen.getByLabelText("Lasts, s");
  await userEvent.type(lasts, "long");
  expect(screen.getByRole<HTMLButtonElement>("button", { name: "Inject" }).disabled).toBe(true);
  await userEvent.clear(lasts);
  await userEvent.click(screen.getByRole("button", { name: "Inject" }));
  await waitFor(() => expect(engine.requests[0]?.body).toEqual({ tag: "reflux_flow", kind: "stuck" }));
});

it("sends a model as what its name says", () => {
  expect(["a.yaml", "b.YML", "c.json", "d.fmu", "e"].map(contentType)).toEqual([
    "application/yaml",
    "application/yaml",
    "application/json",
    "application/octet-stream",
    "application/octet-stream",
  ]);
});
