/** Where each tag of a model has its one home on the model's page; a wrong name does not compile. */
import type { ModelId, TagName } from "../../tags/model";

type Controlled<M extends ModelId> =
  TagName<M> extends infer T ? (T extends `${infer C}_setpoint` ? C : never) : never;

export interface LoopSpec {
  readonly controlled: string;
  readonly manipulated: string;
}

export interface PageSpec {
  readonly model: ModelId;
  /** Shown by an instrument in the drawing. */
  readonly drawing: readonly string[];
  /** Moved with slider and entry in the panel of inputs. */
  readonly inputs: readonly string[];
  /** Each loop is the home of its setpoint, mode and tuning. */
  readonly loops: readonly LoopSpec[];
  /** Shown as plain values in the panel of internal values. */
  readonly internals: readonly string[];
  /** The pens that a trend starts with. */
  readonly pens: readonly string[];
}

export interface PageOf<M extends ModelId> extends PageSpec {
  readonly model: M;
  readonly drawing: readonly TagName<M>[];
  readonly inputs: readonly TagName<M>[];
  readonly loops: readonly {
    readonly controlled: Controlled<M> & TagName<M>;
    readonly manipulated: TagName<M>;
  }[];
  readonly internals: readonly TagName<M>[];
  readonly pens: readonly TagName<M>[];
}

export function loopTags(controlled: string): string[] {
  return ["setpoint", "mode", "gain", "integral_time", "derivative_time"].map(
    (part) => `${controlled}_${part}`,
  );
}

/** Every tag that has its home on the page, as often as it has one. */
export function homes(page: PageSpec): string[] {
  return [
    ...page.drawing,
    ...page.inputs,
    ...page.loops.flatMap((loop) => loopTags(loop.controlled)),
    ...page.internals,
  ];
}
