/** One tag as a page shows it: number, quality, freshness, limit state and its declaration. */
import { formatNumber } from "../lib/format";
import { tagViolation, type Violation } from "./limits";
import type { LiveState } from "./liveStore";
import { type TagSpec, tagSpec } from "./model";
import { usePlant } from "./plant";
import { type QualityKind, qualityKind } from "./quality";
import { useLive } from "./useLive";

export interface TagView {
  readonly tag: string;
  readonly spec: TagSpec;
  /** Null when there is no number to show. */
  readonly value: number | null;
  readonly quality: string;
  readonly kind: QualityKind | "nominal";
  /** Not heard of lately, whatever its last quality was. */
  readonly stale: boolean;
  readonly violation: Violation | null;
  /** The number as text without its unit; `---` when there is none. */
  readonly text: string;
  readonly name: string;
}

export const NO_NUMBER = "---";
const WAITING = "BadWaitingForInitialData";

export function useTag(tag: string): TagView {
  const { model, simId } = usePlant();
  const name = simId ? `${simId}.${tag}` : tag;
  const entry = useLive((state) => (simId ? state.values[name] : undefined));
  const stale = useLive((state) => simId !== null && isStale(state, simId));
  const spec = tagSpec(model, tag);
  if (!simId)
    return view({ tag, name, spec, value: spec.nominal, quality: "Nominal", kind: "nominal", stale: false });
  const quality = entry?.quality ?? WAITING;
  const kind = qualityKind(quality);
  const value = kind === "bad" ? null : (entry?.value ?? null);
  return view({ tag, name, spec, value, quality, kind, stale });
}

function view(tag: Omit<TagView, "violation" | "text">): TagView {
  const { value, spec } = tag;
  return {
    ...tag,
    violation: value === null || tag.kind === "nominal" ? null : tagViolation(value, spec),
    text: valueText(value, spec),
  };
}

/** The number, the text of a discrete tag, or `---`. */
export function valueText(value: number | null, spec: TagSpec): string {
  if (value === null || !Number.isFinite(value)) return NO_NUMBER;
  return spec.states[Math.round(value)] ?? formatNumber(value, spec.digits);
}

const LATE_SECONDS = 3;

/** No frames from the engine, or frames that bring no new sample of a running simulation. */
export function isStale(state: LiveState, simId: string): boolean {
  return state.stale || lateSeconds(state, simId) !== null;
}

/** Seconds since the last sample of a running simulation when that is too long, else null. */
export function lateSeconds(state: LiveState, simId: string): number | null {
  const simulation = state.simulations[simId];
  if (simulation?.status !== "running" || !simulation.source_time) return null;
  const age = (state.time - simulation.source_time) / 1000;
  const speed = typeof simulation.speed === "number" ? simulation.speed : 1;
  return age > LATE_SECONDS / Math.min(1, speed) ? Math.floor(age) : null;
}

/** For a screen reader and the title: `Level tank 1: 12.40 cm, high limit, uncertain`. */
export function describeTag({ tag, spec, text, kind, stale, violation }: TagView): string {
  const parts = [`${tag.replaceAll("_", " ")} ${text === NO_NUMBER ? "no value" : text} ${spec.unit}`.trim()];
  if (kind === "nominal") parts.push("nominal, not running");
  if (violation) parts.push(violation.words);
  if (kind === "bad" || kind === "uncertain") parts.push(kind);
  if (stale) parts.push("stale");
  return parts.join(", ");
}
