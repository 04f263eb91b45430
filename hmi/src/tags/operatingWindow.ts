/** The part of a tag's range that its indicator shows: around the limits when these fill only a small part of it. */
import type { TagSpec } from "./model";

const SMALL_PART = 0.4;

export function operatingWindow({ low, high, nominal, limits }: TagSpec): [low: number, high: number] {
  const set = [limits.high_high, limits.high, limits.low, limits.low_low].filter(
    (limit) => limit !== undefined,
  );
  if (set.length === 0) return [low, high];
  const least = Math.min(nominal, ...set);
  const most = Math.max(nominal, ...set);
  const span = most - least;
  if (span > SMALL_PART * (high - low)) return [low, high];
  return [Math.max(low, least - span), Math.min(high, most + span)];
}
