/** The models and tags that this build knows, from the declarations in the engine's own source. */
import { MODELS } from "../generated/tags.gen";

export type ModelId = keyof typeof MODELS;
export type TagName<M extends ModelId> = Extract<keyof (typeof MODELS)[M]["tags"], string>;
export type Role = "input" | "disturbance" | "parameter" | "output" | "state";

export interface Limits {
  readonly high_high?: number;
  readonly high?: number;
  readonly low?: number;
  readonly low_low?: number;
}

export interface TagSpec {
  readonly role: Role;
  readonly unit: string;
  readonly low: number;
  readonly high: number;
  readonly nominal: number;
  readonly digits: number;
  readonly label: string;
  readonly description: string;
  readonly limits: Limits;
  readonly states: readonly string[];
  readonly writable: boolean;
}

export interface ModelSpec {
  readonly id: ModelId;
  readonly name: string;
  readonly description: string;
  readonly tags: Readonly<Record<string, TagSpec>>;
}

export const MODEL_IDS = Object.keys(MODELS) as ModelId[];

export function isModelId(id: string): id is ModelId {
  return Object.hasOwn(MODELS, id);
}

export function modelSpec(id: ModelId): ModelSpec {
  return MODELS[id];
}

export function tagSpec(id: ModelId, tag: string): TagSpec {
  const spec = modelSpec(id).tags[tag];
  if (!spec) throw new Error(`${id} has no tag ${tag}`);
  return spec;
}

/** Each tag's name by itself, so that a page writes `T.reflux_flow` and a wrong name does not compile. */
export function tagNames<M extends ModelId>(id: M): { readonly [T in TagName<M>]: T } {
  const names = Object.keys(MODELS[id].tags) as TagName<M>[];
  return Object.fromEntries(names.map((name) => [name, name])) as { [T in TagName<M>]: T };
}

/** `reflux_flow` as a reader writes it: `Reflux flow`. */
export function tagTitle(name: string): string {
  const words = name.replaceAll("_", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}
