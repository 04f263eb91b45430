/** The lines of tags of several simulations: the record of each by REST, then live. */
import { useQueries } from "@tanstack/react-query";
import { useEffect } from "react";
import { live } from "../../tags/live";
import { recorder, splitName } from "../../tags/liveStore";
import { recordOptions } from "../../tags/record";
import { joinSeries } from "../../tags/series";
import { useLive } from "../../tags/useLive";
import { POINTS, RENEW_MS, type TrendData } from "./useTrend";

/** Keeps the values of these simulations coming. */
function useSubscriptions(simIds: readonly string[]): void {
  const key = simIds.join(" ");
  useEffect(() => {
    const releases = key
      .split(" ")
      .filter(Boolean)
      .map((simId) => live.subscribe(simId));
    return () => {
      for (const release of releases) release();
    };
  }, [key]);
}

export function useTrends(names: readonly string[], windowMs: number | null): TrendData {
  const connections = useLive((state) => state.connections);
  const end = useLive((state) => state.time) || Date.now();
  const simIds = [...new Set(names.map((name) => splitName(name)[0]))].sort();
  useSubscriptions(simIds);
  const records = useQueries({
    queries: simIds.map((simId) => {
      const tags = names.map(splitName).flatMap(([each, tag]) => (each === simId ? [tag] : []));
      return recordOptions({ simId, tags, windowMs, points: POINTS, renewMs: RENEW_MS }, connections);
    }),
  });
  const start = windowMs === null ? 0 : end - windowMs;
  const lines = names.map((name) => {
    const [simId, tag] = splitName(name);
    const record = records[simIds.indexOf(simId)]?.data;
    return joinSeries(
      record?.series.find((series) => series.tag === tag),
      recorder(simId).read(tag, start),
      start,
    );
  });
  const problems = records.flatMap(({ error }) => (error ? [error.message] : []));
  return { lines, end, problem: problems.length > 0 ? problems.join("; ") : null };
}
