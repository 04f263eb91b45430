/** The messages of /api/live, version 1: what arrives, checked as far as the store relies on it. */
import type { Problem } from "../lib/problem";
import type { Status } from "../lib/schemas";
import type { Limits } from "./model";

export interface LiveMeta {
  h: number;
  tag: string;
  unit: string;
  low: number;
  high: number;
  role: string;
  label: string;
  digits: number;
  description: string;
  limits: Limits;
  states: string[];
  writable: boolean;
  node_id: string;
}

export interface LiveSimulation {
  status: Status;
  simulation_time: number;
  source_time: number;
  speed: number | "max";
  tick: number;
  overruns: number;
  remaining: number | null;
}

export interface LifecycleEvent {
  kind: "lifecycle";
  sim_id: string;
  status: Status;
  cause: string | null;
  time: string | number;
}

/** Something happened to an alarm; what it is now is asked for by REST. */
export interface AlarmNotice {
  kind: "alarm";
  sim_id: string;
  transition: string;
  message: string;
}

export type LiveEvent = LifecycleEvent | AlarmNotice;

export interface DataMessage {
  op: "data";
  seq: number;
  time: number;
  v?: Record<string, number | null>;
  q?: Record<string, string>;
  s?: Record<string, LiveSimulation>;
}

export type ServerMessage =
  | { op: "hello"; version: number }
  | { op: "meta"; id: number; tags: LiveMeta[] }
  | { op: "error"; id?: number; problem: Problem }
  | DataMessage
  | { op: "event"; event: LiveEvent }
  | { op: "pong" };

export type ClientMessage =
  | { op: "sub"; id: number; tags: readonly string[]; rate_ms: number }
  | { op: "unsub"; id: number }
  | { op: "ping" };

export const VERSION = 1;
const KNOWN = new Set(["hello", "meta", "error", "data", "event", "pong"]);

/** The message, or null for what this version does not understand (a newer engine may say more). */
export function parseMessage(text: unknown): ServerMessage | null {
  if (typeof text !== "string") return null;
  try {
    const message = JSON.parse(text) as { op?: unknown } | null;
    return message && typeof message.op === "string" && KNOWN.has(message.op)
      ? (message as ServerMessage)
      : null;
  } catch {
    return null;
  }
}
