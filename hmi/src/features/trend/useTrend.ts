/** The lines of a trend: the record by REST once per range and connection, then live. */
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { readHistory } from "../../lib/queries";
import { recorder } from "../../tags/liveStore";
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
  const { data, error } = useQuery({
    queryKey: ["trend", simId, tags, windowMs, connections],
    queryFn: ({ signal }) =>
      readHistory(
        simId,
        tags,
        { start: windowMs === null ? null : Date.now() - windowMs, points: POINTS },
        signal,
      ),
    enabled: tags.length > 0,
    staleTime: Number.POSITIVE_INFINITY,
    refetchInterval: RENEW_MS,
    placeholderData: keepPreviousData,
  });
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
