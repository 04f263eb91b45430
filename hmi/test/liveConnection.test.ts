import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { LiveConnection } from "../src/tags/liveConnection";
import { forget, liveStore, recorder } from "../src/tags/liveStore";
import type { LiveEvent } from "../src/tags/protocol";
import { LiveServer } from "./liveServer";

const SIM = "wood-berry-1";
const events: LiveEvent[] = [];
let refusals = 0;
let server: LiveServer;
let connection: LiveConnection;

beforeEach(async () => {
  events.length = 0;
  refusals = 0;
  server = await LiveServer.start();
  const { port } = server;
  connection = new LiveConnection(
    () => `ws://127.0.0.1:${port}/api/live`,
    (event) => events.push(event),
    () => {
      refusals += 1;
    },
  );
  connection.open();
});

afterEach(async () => {
  connection.close();
  forget(SIM);
  await server.stop();
});

function meta(h: number, tag: string) {
  const about = { unit: "lb/min", low: 0, high: 4, role: "input", label: "", digits: 3, description: "" };
  return {
    h,
    tag: `${SIM}.${tag}`,
    ...about,
    limits: {},
    states: [],
    writable: true,
    node_id: `ns=2;s=${SIM}.${tag}`,
  };
}

function data(seq: number, time: number, v: Record<string, number | null>, q: Record<string, string> = {}) {
  const state = {
    status: "running",
    simulation_time: seq,
    source_time: time,
    speed: 1,
    tick: seq,
    overruns: 0,
  };
  server.send({ op: "data", seq, time, v, q, s: { [SIM]: { ...state, remaining: 100 } } });
}

async function subscribed(): Promise<() => void> {
  const release = connection.subscribe(SIM);
  await vi.waitFor(() => expect(server.received.some((message) => message.op === "sub")).toBe(true));
  server.send({ op: "meta", id: 1, tags: [meta(0, "reflux_flow"), meta(1, "steam_flow")] });
  return release;
}

const value = (tag: string) => liveStore.getState().values[`${SIM}.${tag}`];

it("subscribes to all tags of a simulation and keeps the newest values", async () => {
  await subscribed();
  expect(server.received).toEqual([{ op: "sub", id: 1, tags: [`${SIM}.*`], rate_ms: 200 }]);
  data(1, 1000, { 0: 1.95, 1: 1.71 });
  data(2, 2000, { 1: null }, { 1: "BadOutOfRange" });
  await vi.waitFor(() => expect(value("steam_flow")?.quality).toBe("BadOutOfRange"));
  expect(value("reflux_flow")).toEqual({ value: 1.95, quality: "Good", time: 1000 });
  expect(value("steam_flow")?.value).toBeNull();
  expect(liveStore.getState().metas[`${SIM}.reflux_flow`]?.node_id).toBe(`ns=2;s=${SIM}.reflux_flow`);
  expect([...recorder(SIM).read("steam_flow", 0).value]).toEqual([1.71, Number.NaN]);
});

it("ignores handles and messages that it does not know", async () => {
  await subscribed();
  server.send({ op: "from a newer engine" });
  data(1, 1000, { 99: 5, 0: 2 });
  await vi.waitFor(() => expect(value("reflux_flow")?.value).toBe(2));
  expect(Object.keys(liveStore.getState().values)).toEqual([`${SIM}.reflux_flow`]);
});

it("passes lifecycle events on", async () => {
  await subscribed();
  server.send({
    op: "event",
    event: { kind: "lifecycle", sim_id: SIM, status: "paused", cause: null, time: "" },
  });
  await vi.waitFor(() =>
    expect(events.map((event) => (event as { status?: string }).status)).toEqual(["paused"]),
  );
});

it("is stale within 3 s of silence while the socket stays open, and fresh with the next message", async () => {
  await subscribed();
  const silentSince = performance.now();
  await vi.waitFor(() => expect(liveStore.getState().stale).toBe(true), { timeout: 4000 });
  expect(performance.now() - silentSince).toBeLessThan(3000);
  expect(liveStore.getState().link).toBe("open");
  data(1, 1000, {});
  await vi.waitFor(() => expect(liveStore.getState().stale).toBe(false));
});

it("reconnects by itself, subscribes again and marks the gap", async () => {
  await subscribed();
  data(1, 1000, { 0: 1.95 });
  await vi.waitFor(() => expect(value("reflux_flow")?.value).toBe(1.95));
  server.drop();
  await vi.waitFor(() => expect(liveStore.getState().link).toBe("closed"));
  await vi.waitFor(() => expect(server.connections).toBe(2), { timeout: 3000 });
  await vi.waitFor(() => expect(server.received.filter((message) => message.op === "sub")).toHaveLength(2));
  server.send({ op: "meta", id: 1, tags: [meta(7, "reflux_flow")] });
  data(1, 9000, { 7: 2 });
  await vi.waitFor(() => expect(value("reflux_flow")?.value).toBe(2));
  expect([...recorder(SIM).read("reflux_flow", 0).value]).toEqual([1.95, Number.NaN, 2]);
  expect(liveStore.getState().connections).toBe(2);
});

it("stays stale while the engine is gone and counts the age", async () => {
  await subscribed();
  await server.stop();
  await vi.waitFor(() => expect(liveStore.getState().stale).toBe(true), { timeout: 4000 });
  expect(liveStore.getState().silence).toBeGreaterThanOrEqual(2);
  server = await LiveServer.start();
});

it("unsubscribes and forgets when no page shows the simulation any more", async () => {
  const release = await subscribed();
  data(1, 1000, { 0: 1.95 });
  await vi.waitFor(() => expect(value("reflux_flow")?.value).toBe(1.95));
  release();
  await vi.waitFor(() => expect(server.received.at(-1)).toEqual({ op: "unsub", id: 1 }), { timeout: 3000 });
  expect(value("reflux_flow")).toBeUndefined();
});

it("tells that the session is over, stays away while held with all values stale, and comes back", async () => {
  await subscribed();
  server.dismiss(4401);
  await vi.waitFor(() => expect(refusals).toBe(1));
  connection.hold();
  await vi.waitFor(() => expect(liveStore.getState().stale).toBe(true), { timeout: 4000 });
  expect(server.connections).toBe(1);
  connection.release();
  await vi.waitFor(() => expect(server.received.filter(({ op }) => op === "sub")).toHaveLength(2));
  data(1, 1000, {});
  await vi.waitFor(() => expect(liveStore.getState().stale).toBe(false));
});
