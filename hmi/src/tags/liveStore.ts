/** The newest value of every subscribed tag and the state of every watched simulation. */
import { createStore } from "zustand/vanilla";
import type { DataMessage, LiveMeta, LiveSimulation } from "./protocol";
import { Recorder } from "./recorder";

export interface LiveValue {
  readonly value: number | null;
  readonly quality: string;
  /** Epoch ms of the frame that brought it. */
  readonly time: number;
}

/** `held`: nobody has signed in. */
export type Link = "connecting" | "open" | "closed" | "held";

export interface LiveState {
  readonly link: Link;
  /** Seconds since the engine was last heard, rounded down; counts also while the socket is closed. */
  readonly silence: number;
  readonly stale: boolean;
  /** How often a connection was made; history is read again after each. */
  readonly connections: number;
  readonly values: Readonly<Record<string, LiveValue>>;
  readonly metas: Readonly<Record<string, LiveMeta>>;
  readonly simulations: Readonly<Record<string, LiveSimulation>>;
  /** The engine's clock at the last frame, epoch ms. */
  readonly time: number;
}

export const EMPTY: LiveState = {
  link: "connecting",
  silence: 0,
  stale: false,
  connections: 0,
  values: {},
  metas: {},
  simulations: {},
  time: 0,
};

export const liveStore = createStore<LiveState>(() => EMPTY);
const recorders = new Map<string, Recorder>();

export function recorder(simId: string): Recorder {
  const known = recorders.get(simId);
  if (known) return known;
  const made = new Recorder();
  recorders.set(simId, made);
  return made;
}

/** `wood-berry-7.reflux_flow` in its two parts. */
export function splitName(name: string): [simId: string, tag: string] {
  const dot = name.indexOf(".");
  return [name.slice(0, dot), name.slice(dot + 1)];
}

export function applyMeta(tags: readonly LiveMeta[]): void {
  const metas = { ...liveStore.getState().metas };
  for (const meta of tags) metas[meta.tag] = meta;
  liveStore.setState({ metas });
}

/** Takes over one frame; `nameOf` tells the full name of a handle (undefined for one that is unknown). */
export function applyData(message: DataMessage, nameOf: (handle: number) => string | undefined): void {
  const state = liveStore.getState();
  const values: Record<string, LiveValue> = { ...state.values };
  for (const [handle, value] of Object.entries(message.v ?? {})) {
    const name = nameOf(Number(handle));
    if (name === undefined) continue;
    const quality = message.q?.[handle] ?? (value === null ? "Bad" : "Good");
    values[name] = { value, quality, time: message.time };
    const [simId, tag] = splitName(name);
    recorder(simId).set(tag, quality.startsWith("Bad") ? null : value);
  }
  const simulations = message.s ? { ...state.simulations, ...message.s } : state.simulations;
  liveStore.setState({ values, simulations, time: message.time });
  for (const [simId, kept] of recorders) {
    if (simulations[simId]?.status === "running") kept.mark(message.time);
  }
}

/** Forgets a simulation's values, so that a page opened later never shows the old ones as new. */
export function forget(simId: string): void {
  const own = ([name]: [string, unknown]) => splitName(name)[0] !== simId;
  const { values, simulations } = liveStore.getState();
  const { [simId]: _gone, ...others } = simulations;
  liveStore.setState({ values: Object.fromEntries(Object.entries(values).filter(own)), simulations: others });
  recorders.delete(simId);
}

/** Forgets everything, such as what another user saw; what is watched comes again. */
export function forgetAll(): void {
  liveStore.setState({ values: {}, metas: {}, simulations: {} });
  recorders.clear();
}

export function breakRecords(time: number): void {
  for (const kept of recorders.values()) kept.break(time);
}
