import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { renderHook } from "@testing-library/react";
import type { ReactNode } from "react";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { useTrend } from "../src/features/trend/useTrend";
import type { History } from "../src/lib/schemas";
import { LiveConnection } from "../src/tags/liveConnection";
import { forget, liveStore } from "../src/tags/liveStore";
import { meets } from "../src/tags/record";
import { Recorder } from "../src/tags/recorder";
import { EngineServer } from "./engineServer";
import { LiveServer } from "./liveServer";

const SIM = "wood-berry-1";
const TAG = "reflux_flow";
const PATIENCE = { timeout: 8_000 };
let recorded: number[];
let engine: EngineServer;
let server: LiveServer;
let connection: LiveConnection;

/** What the engine has recorded: at every time its number of seconds. */
function history(times: readonly number[]): History {
  const series = {
    tag: TAG,
    unit: "lb/min",
    time: [...times],
    simulation_time: times.map((time) => time / 1000),
    value: times.map((time) => time / 1000),
    status_code: times.map(() => 0),
  };
  return { sim_id: SIM, series: [series], thinned: false };
}

beforeEach(async () => {
  recorded = [1000, 2000];
  engine = new EngineServer(() => ({ status: 200, body: history(recorded) }));
  await engine.start();
  server = await LiveServer.start();
  const { port } = server;
  const nothing = () => undefined;
  connection = new LiveConnection(() => `ws://127.0.0.1:${port}/api/live`, nothing, nothing);
  connection.subscribe(SIM);
  connection.open();
});

afterEach(async () => {
  connection.close();
  forget(SIM);
  await server.stop();
  await engine.stop();
});

async function subscribed(times: number): Promise<void> {
  await vi.waitFor(
    () => expect(server.received.filter(({ op }) => op === "sub")).toHaveLength(times),
    PATIENCE,
  );
}

function data(time: number): void {
  const s = {
    [SIM]: { status: "running", simulation_time: 0, source_time: time, speed: 1, tick: 0, overruns: 0 },
  };
  server.send({ op: "meta", id: 1, tags: [{ h: 0, tag: `${SIM}.${TAG}` }] });
  server.send({ op: "data", seq: 1, time, v: { 0: time / 1000 }, s });
}

function trend() {
  const queries = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  const wrapper = ({ children }: { children: ReactNode }) => (
    <QueryClientProvider client={queries}>{children}</QueryClientProvider>
  );
  const { result } = renderHook(() => useTrend(SIM, [TAG], null), { wrapper });
  return () => result.current.lines[0]?.value;
}

it("fills the gap of a broken connection from the record, however late that is written", async () => {
  const line = trend();
  await subscribed(1);
  data(2000);
  await vi.waitFor(() => expect(line()).toEqual([1, 2]), PATIENCE);
  server.drop();
  await vi.waitFor(() => expect(liveStore.getState().link).toBe("closed"));
  const before = engine.requests.length;
  await subscribed(2);
  data(7000);
  await vi.waitFor(() => expect(engine.requests.length).toBeGreaterThan(before), PATIENCE);
  await vi.waitFor(() => expect(line()).toEqual([1, 2, Number.NaN, 7]), PATIENCE);
  recorded = [1000, 2000, 3000, 4000, 5000, 6000, 7000];
  await vi.waitFor(() => expect(line()).toEqual([1, 2, 3, 4, 5, 6, 7]), PATIENCE);
}, 30_000);

it("is joined when every series reaches the live values", () => {
  expect(meets(undefined, 0)).toBe(false);
  expect(meets(history([1000, 2000]), 2001)).toBe(false);
  expect(meets(history([1000, 2000]), 2000)).toBe(true);
  expect(meets(history([]), Number.NEGATIVE_INFINITY)).toBe(true);
  expect(
    meets({ ...history([2000]), series: [...history([2000]).series, ...history([1000]).series] }, 2000),
  ).toBe(false);
});

it("knows when live values begin, and begin again", () => {
  const recorder = new Recorder();
  expect(recorder.since).toBe(Number.NEGATIVE_INFINITY);
  recorder.mark(1000);
  recorder.mark(2000);
  expect(recorder.since).toBe(1000);
  recorder.break(2001);
  recorder.break(2001);
  expect(recorder.since).toBe(1000);
  recorder.mark(9000);
  recorder.mark(9500);
  expect(recorder.since).toBe(9000);
});
