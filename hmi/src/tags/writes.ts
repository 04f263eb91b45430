/** Values on their way to the plant: sent by REST, pending until the live value shows them. */
import { createStore } from "zustand/vanilla";
import { noticeRefusal } from "../lib/queries";
import { post } from "../lib/rest";
import type { TagValue } from "../lib/schemas";
import { liveStore } from "./liveStore";

export interface Write {
  readonly value: number;
  readonly state: "sending" | "accepted" | "refused";
  /** The engine's words when it refused. */
  readonly problem?: string;
}

export const writeStore = createStore<Readonly<Record<string, Write>>>(() => ({}));

function set(name: string, write: Write | null): void {
  const { [name]: _old, ...others } = writeStore.getState();
  writeStore.setState(write ? { ...others, [name]: write } : others, true);
}

export function same(a: number, b: number | null | undefined): boolean {
  return typeof b === "number" && Math.abs(a - b) <= 1e-9 * Math.max(1, Math.abs(a));
}

/** Sends one control action; the write stays in the store until it is echoed, or until it is dismissed. */
export async function writeTag(simId: string, tag: string, value: number): Promise<void> {
  const name = `${simId}.${tag}`;
  set(name, { value, state: "sending" });
  try {
    await post<TagValue>(`api/sims/${encodeURIComponent(simId)}/${encodeURIComponent(tag)}`, { value });
    if (writeStore.getState()[name]?.value === value) set(name, { value, state: "accepted" });
    settle();
  } catch (error) {
    noticeRefusal(error);
    set(name, { value, state: "refused", problem: error instanceof Error ? error.message : String(error) });
  }
}

export function dismissWrite(name: string): void {
  set(name, null);
}

/** Ends the waiting of every accepted write whose value has arrived. */
function settle(): void {
  const { values } = liveStore.getState();
  for (const [name, write] of Object.entries(writeStore.getState())) {
    if (write.state === "accepted" && same(write.value, values[name]?.value)) set(name, null);
  }
}

liveStore.subscribe((state, before) => {
  if (state.values !== before.values) settle();
});
