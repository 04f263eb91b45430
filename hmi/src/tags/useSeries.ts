/** A tag's last minutes, from the record and live, renewed about once a second. */
import { useQuery } from "@tanstack/react-query";
import { recorder } from "./liveStore";
import { recordOptions } from "./record";
import { joinSeries, type Series, thin } from "./series";
import { useLive } from "./useLive";

const NOTHING: Series = { time: [], value: [] };

export function useSeries(simId: string | null, tag: string, windowMs: number, points: number): Series {
  const connections = useLive((state) => state.connections);
  const second = useLive((state) => Math.floor(state.time / 1000));
  const tags = simId === null ? [] : [tag];
  const wanted = { simId: simId ?? "", tags, windowMs, points: 2 * points, renewMs: false as const };
  const { data } = useQuery(recordOptions(wanted, connections));
  if (simId === null) return NOTHING;
  const now = second > 0 ? second * 1000 : Date.now();
  return thin(
    joinSeries(data?.series[0], recorder(simId).read(tag, now - windowMs), now - windowMs),
    2 * points,
  );
}
