/** Where each tag of a model has its one home on the model's page, worked out from the model and its drawing. */
import { isInterlock } from "../../tags/limits";
import type { LoopSpec, ModelSpec, Role } from "../../tags/model";

export interface LoopHome extends LoopSpec {
  /** Setpoint, mode and tuning, as far as the model has them. */
  readonly parts: readonly string[];
}

export interface PageSpec {
  /** Shown by an instrument in the drawing. */
  readonly drawing: readonly string[];
  /** Moved with slider and entry in the panels. */
  readonly inputs: readonly string[];
  readonly disturbances: readonly string[];
  readonly parameters: readonly string[];
  /** Each loop is the home of its setpoint, mode and tuning. */
  readonly loops: readonly LoopHome[];
  /** Trips with their state, and what resets them. */
  readonly interlocks: readonly string[];
  /** Shown as plain values. */
  readonly values: readonly string[];
  /** The pens that a trend starts with. */
  readonly pens: readonly string[];
}

const PARTS = ["setpoint", "mode", "gain", "integral_time", "derivative_time"];
const PENS = 4;

export function pageOf(model: ModelSpec, drawn: readonly string[], pens?: readonly string[]): PageSpec {
  const loops = loopHomes(model);
  const interlocks = interlockTags(model).filter((tag) => !drawn.includes(tag));
  const placed = new Set([...drawn, ...interlocks, ...loops.flatMap((loop) => loop.parts)]);
  const free = (...roles: Role[]) =>
    Object.keys(model.tags).filter((tag) => {
      const role = model.tags[tag]?.role;
      return role !== undefined && roles.includes(role) && !placed.has(tag);
    });
  return {
    drawing: drawn,
    inputs: free("input"),
    disturbances: free("disturbance"),
    parameters: free("parameter"),
    loops,
    interlocks,
    values: free("output", "state"),
    pens: pens ?? firstPens(model),
  };
}

export const RESET = "trip_reset";

export function interlockTags({ tags }: ModelSpec): string[] {
  return Object.entries(tags)
    .filter(([tag, spec]) => isInterlock(spec) || tag === RESET)
    .map(([tag]) => tag);
}

/** The model's loops, each with the tags that it adds. */
export function loopHomes({ loops, tags }: ModelSpec): LoopHome[] {
  const taken = new Set<string>();
  return loops.map((loop) => {
    const parts = PARTS.map((part) => `${loop.controlled}_${part}`).filter(
      (tag) => tag in tags && !taken.has(tag),
    );
    for (const tag of parts) taken.add(tag);
    return { ...loop, parts };
  });
}

/** Every loop's controlled tag, then what the loops move, then other outputs. */
function firstPens({ loops, tags }: ModelSpec): string[] {
  const outputs = Object.keys(tags).filter((tag) => tags[tag]?.role === "output");
  const order = [
    ...loops.slice(0, 2).map((loop) => loop.controlled),
    ...loops.slice(0, 2).map((loop) => loop.manipulated),
    ...outputs,
  ];
  return [...new Set(order)].filter((tag) => tag in tags).slice(0, PENS);
}

/** Every tag that has its home on the page, as often as it has one. */
export function homes(page: PageSpec): string[] {
  return [
    ...page.drawing,
    ...page.inputs,
    ...page.disturbances,
    ...page.parameters,
    ...page.loops.flatMap((loop) => loop.parts),
    ...page.interlocks,
    ...page.values,
  ];
}
