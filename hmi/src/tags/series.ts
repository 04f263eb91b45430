/** Joins the record of a tag with its live values into one line. */
import type { HistorySeries } from "../lib/schemas";
import type { Recording } from "./recorder";

export interface Series {
  readonly time: number[];
  readonly value: number[];
}

/** The record counts as far as it reaches, live values from there on; NaN marks a gap. */
export function joinSeries(record: HistorySeries | undefined, recording: Recording, start: number): Series {
  const time: number[] = [];
  const value: number[] = [];
  record?.time.forEach((at, index) => {
    if (at < start) return;
    time.push(at);
    value.push(record.value[index] ?? Number.NaN);
  });
  const end = time.at(-1) ?? Number.NEGATIVE_INFINITY;
  recording.time.forEach((at, index) => {
    if (at <= end || at < start) return;
    time.push(at);
    value.push(recording.value[index] ?? Number.NaN);
  });
  return { time, value };
}

/** At most about `most` points, keeping the lowest and highest of each bucket so that no peak is lost. */
export function thin({ time, value }: Series, most: number): Series {
  if (time.length <= most) return { time, value };
  const size = Math.ceil((2 * time.length) / most);
  const kept: number[] = [];
  for (let from = 0; from < time.length; from += size) kept.push(...extremes(value, from, from + size));
  return { time: kept.map((i) => time[i] ?? 0), value: kept.map((i) => value[i] ?? Number.NaN) };
}

function extremes(value: readonly number[], from: number, to: number): number[] {
  let lowest = from;
  let highest = from;
  for (let i = from; i < Math.min(to, value.length); i += 1) {
    const at = value[i] ?? Number.NaN;
    if (Number.isNaN(at)) return [from, i].filter((place, index, all) => all.indexOf(place) === index);
    if (at < (value[lowest] ?? Number.NaN)) lowest = i;
    if (at > (value[highest] ?? Number.NaN)) highest = i;
  }
  return lowest === highest ? [lowest] : [Math.min(lowest, highest), Math.max(lowest, highest)];
}
