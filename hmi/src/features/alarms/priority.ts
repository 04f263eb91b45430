/** From a severity of 1 to 1000 to the priorities that the pages mark. */
import type { Alarm } from "../../lib/schemas";
import type { Violation } from "../../tags/limits";

const SERIOUS = 700;

const MARKS = { high_high: "HH", high: "H", normal: "", low: "L", low_low: "LL" } as const;

export function priorityOf({ severity }: Alarm): 1 | 2 {
  return severity >= SERIOUS ? 1 : 2;
}

/** What the alarm mark shows; an alarm that is normal again keeps its shape without letters. */
export function alarmMark(alarm: Alarm): Violation {
  const mark =
    alarm.kind === "limit" ? MARKS[alarm.level] : alarm.active && alarm.alarm.endsWith("_trip") ? "TRIP" : "";
  return { priority: priorityOf(alarm), mark: mark as Violation["mark"], words: alarm.message };
}

/** The state in words after ISA-18.2. */
export function stateWords({ enabled, shelving, active, acknowledged, confirmed }: Alarm): string {
  if (!enabled) return "out of service";
  if (shelving !== "unshelved") return "shelved";
  if (active) return acknowledged ? "active, acknowledged" : "active, unacknowledged";
  if (!acknowledged) return "returned, unacknowledged";
  return confirmed ? "normal" : "returned, to be confirmed";
}
