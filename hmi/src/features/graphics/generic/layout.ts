/** The places on a generic page: inputs at the left, outputs at the right, controllers between them. */

import { isInterlock } from "../../../tags/limits";
import type { LoopSpec, ModelSpec, TagSpec } from "../../../tags/model";
import { type Numbered, numberedKinds } from "../../../tags/numbered";
import { pageOf } from "../pageSpec";

/** Heights in pixels; the style sheet gives the cards the same. */
export const CARD = 68;
export const LINE = 36;
export const SLOT = 46;
const PROFILE_HEAD = 46;
const PROFILE_BAR = 8;
const MANY = 12;
const TOP = 8;
const NAME = 64;

interface Placed {
  readonly y: number;
  readonly height: number;
}

export interface PlacedTag extends Placed {
  readonly tag: string;
}

export interface PlacedKind extends Placed, Numbered {}

export interface PlacedLoop extends LoopSpec {
  /** The middle of its bubble. */
  readonly y: number;
  /** Heights of the measured and the moved tag's rows; null when they are not on the page. */
  readonly from: number | null;
  readonly to: number | null;
  /** The bubble of the loop whose setpoint it moves. */
  readonly inner: number | null;
}

export interface GenericLayout {
  readonly inputs: readonly PlacedTag[];
  readonly profiles: readonly PlacedKind[];
  readonly outputs: readonly PlacedTag[];
  readonly loops: readonly PlacedLoop[];
  readonly height: number;
  /** Outputs in single lines, because there are many. */
  readonly dense: boolean;
}

function sides(model: ModelSpec) {
  const { inputs } = pageOf(model, []);
  const kinds = numberedKinds(model);
  const numbered = new Set(kinds.flatMap((kind) => kind.tags));
  const outputs = Object.keys(model.tags).filter((tag) => isShown(model.tags[tag]) && !numbered.has(tag));
  return { inputs, kinds, outputs };
}

function isShown(spec: TagSpec | undefined): boolean {
  return spec?.role === "output" && !isInterlock(spec);
}

/** The tags that have their home in the generic drawing. */
export function genericTags(model: ModelSpec): string[] {
  const { inputs, kinds, outputs } = sides(model);
  return [...inputs, ...kinds.flatMap((kind) => kind.tags), ...outputs];
}

function stack<Entry>(entries: readonly Entry[], height: (entry: Entry) => number, top: number) {
  let y = top;
  const placed = entries.map((entry) => {
    const at = { ...entry, y, height: height(entry) };
    y += at.height;
    return at;
  });
  return { placed, end: y };
}

export function genericLayout(model: ModelSpec): GenericLayout {
  const { inputs, kinds, outputs } = sides(model);
  const dense = outputs.length > MANY;
  const left = stack(inputs.map(named), () => CARD, TOP);
  const profiles = stack(kinds, ({ tags }) => PROFILE_HEAD + tags.length * PROFILE_BAR, TOP);
  const right = stack(outputs.map(named), () => (dense ? LINE : CARD), profiles.end);
  const height = Math.max(left.end, right.end, NAME + TOP + model.loops.length * SLOT, 180) + TOP;
  const middle = ({ y, height }: Placed) => y + height / 2;
  const rows = new Map<string, number>([
    ...[...left.placed, ...right.placed].map((row): [string, number] => [row.tag, middle(row)]),
    ...profiles.placed.flatMap((kind) => kind.tags.map((tag): [string, number] => [tag, middle(kind)])),
  ]);
  return {
    inputs: left.placed,
    profiles: profiles.placed,
    outputs: right.placed,
    loops: placeLoops(model.loops, rows, height),
    height,
    dense,
  };
}

const named = (tag: string) => ({ tag });

/** Bubbles below each other, each as near to the rows it joins as the ones above it allow. */
function placeLoops(loops: readonly LoopSpec[], rows: ReadonlyMap<string, number>, height: number) {
  const wanted = loops.map((loop) => {
    const from = rows.get(loop.controlled) ?? null;
    const to = rows.get(loop.manipulated) ?? null;
    const ends = [from, to].filter((end) => end !== null);
    return { ...loop, from, to, y: ends.reduce((sum, end) => sum + end, 0) / Math.max(1, ends.length) };
  });
  const ordered = [...wanted].sort((a, b) => a.y - b.y);
  let free = NAME + SLOT / 2;
  const placed = ordered.map((loop, index) => {
    const last = height - SLOT / 2 - (ordered.length - 1 - index) * SLOT;
    const y = Math.min(Math.max(loop.y, free), Math.max(last, free));
    free = y + SLOT;
    return { ...loop, y };
  });
  const bubbles = new Map(placed.map((loop) => [`${loop.controlled}_setpoint`, loop.y]));
  return placed.map((loop) => ({ ...loop, inner: bubbles.get(loop.manipulated) ?? null }));
}
