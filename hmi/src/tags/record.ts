/** The record of a simulation's tags, to be joined with live values: read with every connection, until the two meet. */
import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { readHistory } from "../lib/queries";
import type { History } from "../lib/schemas";
import { recorder } from "./liveStore";

/** The record is written a little after a value is seen, and later still when the server itself was away. */
export const SOON_MS = 1_000;
const MOST_READS = 10;

export interface Wanted {
  readonly simId: string;
  readonly tags: readonly string[];
  /** The newest part of the record; null is all of it. */
  readonly windowMs: number | null;
  readonly points: number;
  /** How often it is read again although it has met the live values. */
  readonly renewMs: number | false;
}

export function recordOptions({ simId, tags, windowMs, points, renewMs }: Wanted, connections: number) {
  return queryOptions({
    queryKey: ["record", simId, tags, windowMs, points, connections],
    queryFn: ({ signal }) =>
      readHistory(simId, tags, { start: windowMs === null ? null : Date.now() - windowMs, points }, signal),
    enabled: tags.length > 0,
    staleTime: Number.POSITIVE_INFINITY,
    refetchInterval: ({ state }) =>
      state.dataUpdateCount < MOST_READS && !meets(state.data, recorder(simId).since) ? SOON_MS : renewMs,
    placeholderData: keepPreviousData,
  });
}

/** Whether every series goes on until the live values begin (epoch ms), so that nothing is missing in between. */
export function meets(record: History | undefined, since: number): boolean {
  return record?.series.every(({ time }) => (time.at(-1) ?? Number.NEGATIVE_INFINITY) >= since) ?? false;
}
