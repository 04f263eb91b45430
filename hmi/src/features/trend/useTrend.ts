/** The lines of a trend: the record by REST once per range and connection, then live. */
import { useQuery } from "@tanstack/react-query";
import { recorder } from "../../tags/liveStore";
import { recordOptions } from "../../tags/record";
import { joinSeries, type Series } from "../../tags/series";
import { useLive } from "../../tags/useLive";

export const POINTS = 2_000;
export const RENEW_MS = 60_000;

export interface TrendData {
  readonly lines: readonly Series[];
  readonly end: number;
  readonly problem: string | null;
}

export function useTrend(simId: string, tags: readonly string[], windowMs: number | null): TrendData {
  const connections = useLive((state) => state.connections);
  const end = useLive((state) => state.time) || Date.now();
  const wanted = { simId, tags, windowMs, points: POINTS, renewMs: RENEW_MS };
  const { data, error } = useQuery(recordOptions(wanted, connections));
  const start = windowMs === null ? 0 : end - windowMs;
  const lines = tags.map((tag) =>
    joinSeries(
      data?.series.find((series) => series.tag === tag),
      recorder(simId).read(tag, start),
      start,
    ),
  );
  return { lines, end, problem: error ? error.message : null };
}
