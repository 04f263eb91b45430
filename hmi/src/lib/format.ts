/** Numbers and times as the pages write them. */
import { format } from "d3-format";

const MINUS = "−";

/** Fixed decimals with a true minus sign; numbers too big for a field become exponential. */
export function formatNumber(value: number, digits: number): string {
  const text = Math.abs(value) >= 1e7 ? format(".3~e")(value) : format(`.${digits}f`)(value);
  const zero = /^[-−]0(\.0*)?$/.test(text);
  return zero ? text.slice(1) : text.replace(/^-/, MINUS);
}

/** A number as short as it can be without losing what matters, for ranges and limits. */
export function formatShort(value: number): string {
  return format(".6~r")(value).replace(/^-/, MINUS);
}

const STEPS: [number, string][] = [
  [86_400, "d"],
  [3_600, "h"],
  [60, "min"],
  [1, "s"],
];

/** Seconds in the two largest units: `1 d 2 h`, `3 min 5 s`, `0 s`. */
export function formatDuration(seconds: number): string {
  let rest = Math.max(0, Math.round(seconds));
  const parts: string[] = [];
  for (const [size, unit] of STEPS) {
    const count = Math.floor(rest / size);
    if (count > 0 || (unit === "s" && parts.length === 0)) parts.push(`${count} ${unit}`);
    rest -= count * size;
    if (parts.length === 2) break;
  }
  return parts.join(" ");
}

/** Seconds as a clock `hh:mm:ss`, with days in front when there are any. */
export function formatClock(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const two = (n: number) => String(n).padStart(2, "0");
  const days = Math.floor(whole / 86_400);
  const clock = `${two(Math.floor(whole / 3_600) % 24)}:${two(Math.floor(whole / 60) % 60)}:${two(whole % 60)}`;
  return days > 0 ? `${days} d ${clock}` : clock;
}

export function formatMoment(iso: string): string {
  return new Date(iso).toLocaleString(undefined, { dateStyle: "medium", timeStyle: "medium" });
}

export function formatSpeed(speed: number | "max"): string {
  return speed === "max" ? "max" : `${formatShort(speed)}×`;
}
