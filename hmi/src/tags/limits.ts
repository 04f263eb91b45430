/** Which alarm limit a value has crossed, and how that is marked (ISA-18.2 priorities 1 and 2). */
import type { Limits } from "./model";

export interface Violation {
  readonly priority: 1 | 2;
  readonly mark: "HH" | "H" | "L" | "LL";
  readonly words: string;
}

const HIGH_HIGH: Violation = { priority: 1, mark: "HH", words: "high-high limit" };
const HIGH: Violation = { priority: 2, mark: "H", words: "high limit" };
const LOW: Violation = { priority: 2, mark: "L", words: "low limit" };
const LOW_LOW: Violation = { priority: 1, mark: "LL", words: "low-low limit" };

export function violation(value: number, limits: Limits): Violation | null {
  if (limits.high_high !== undefined && value >= limits.high_high) return HIGH_HIGH;
  if (limits.low_low !== undefined && value <= limits.low_low) return LOW_LOW;
  if (limits.high !== undefined && value >= limits.high) return HIGH;
  if (limits.low !== undefined && value <= limits.low) return LOW;
  return null;
}
