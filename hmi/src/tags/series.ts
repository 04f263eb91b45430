/** Joins the record of a tag with its live values into one line. */
import { maxIndex, minIndex } from "d3-array";
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

/** The places of the lowest and the highest value between two places, and of a gap, in order. */
function extremes(value: readonly number[], from: number, to: number): number[] {
  const places = Array.from({ length: Math.min(to, value.length) - from }, (_, index) => from + index);
  const of = (place: number) => value[place] ?? Number.NaN;
  const numbers = places.filter((place) => !Number.isNaN(of(place)));
  const gap = places.find((place) => Number.isNaN(of(place)));
  const lowest = minIndex(numbers, of);
  const highest = maxIndex(numbers, of);
  const kept = [numbers[lowest], numbers[highest], gap].filter((place) => place !== undefined);
  return [...new Set(kept)].sort((a, b) => a - b);
}
