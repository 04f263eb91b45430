/** A tag's last minutes, from the record and live, renewed about once a second. */
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { readHistory } from "../lib/queries";
import { recorder } from "./liveStore";
import { joinSeries, type Series, thin } from "./series";
import { useLive } from "./useLive";

const NOTHING: Series = { time: [], value: [] };

export function useSeries(simId: string | null, tag: string, windowMs: number, points: number): Series {
  const connections = useLive((state) => state.connections);
  const second = useLive((state) => Math.floor(state.time / 1000));
  const { data } = useQuery({
    queryKey: ["recent", simId, tag, windowMs, connections],
    queryFn: ({ signal }) =>
      readHistory(simId ?? "", [tag], { start: Date.now() - windowMs, points: 2 * points }, signal),
    enabled: simId !== null,
    staleTime: Number.POSITIVE_INFINITY,
    placeholderData: keepPreviousData,
  });
  if (simId === null) return NOTHING;
  const now = second > 0 ? second * 1000 : Date.now();
  return thin(
    joinSeries(data?.series[0], recorder(simId).read(tag, now - windowMs), now - windowMs),
    2 * points,
  );
}
