/** Which alarm limit a value has crossed, and how that is marked (ISA-18.2 priorities 1 and 2). */
import type { Limits, TagSpec } from "./model";

export interface Violation {
  readonly priority: 1 | 2;
  readonly mark: "HH" | "H" | "L" | "LL" | "TRIP";
  readonly words: string;
}

const HIGH_HIGH: Violation = { priority: 1, mark: "HH", words: "high-high limit" };
const HIGH: Violation = { priority: 2, mark: "H", words: "high limit" };
const LOW: Violation = { priority: 2, mark: "L", words: "low limit" };
const LOW_LOW: Violation = { priority: 1, mark: "LL", words: "low-low limit" };

const TRIPPED: Violation = { priority: 1, mark: "TRIP", words: "tripped" };

/** The texts of an interlock's tag. */
const TRIP_STATES = ["normal", "tripped"];

export function isInterlock({ states, writable }: TagSpec): boolean {
  return !writable && states.length === 2 && states.every((state, index) => state === TRIP_STATES[index]);
}

export function tagViolation(value: number, spec: TagSpec): Violation | null {
  if (isInterlock(spec)) return Math.round(value) === 1 ? TRIPPED : null;
  return spec.states.length > 0 ? null : violation(value, spec.limits);
}

export function violation(value: number, limits: Limits): Violation | null {
  if (limits.high_high !== undefined && value > limits.high_high) return HIGH_HIGH;
  if (limits.low_low !== undefined && value < limits.low_low) return LOW_LOW;
  if (limits.high !== undefined && value > limits.high) return HIGH;
  if (limits.low !== undefined && value < limits.low) return LOW;
  return null;
}
