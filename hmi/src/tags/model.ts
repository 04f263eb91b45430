/** A model and its tags, as the engine describes them; names that this build knows are checked when it is compiled. */
import type { MODELS } from "../generated/tags.gen";

/** A model whose declarations this build has seen; others are told at run time only. */
export type KnownModel = keyof typeof MODELS;
export type TagName<M extends KnownModel> = Extract<keyof (typeof MODELS)[M]["tags"], string>;
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

/** A controller: it reads `controlled` and moves `manipulated`. */
export interface LoopSpec {
  readonly controlled: string;
  readonly manipulated: string;
}

/** A state that a simulation may start from. */
export interface StartSpec {
  readonly name: string;
  readonly description: string;
}

/** A trip: while its tag `name` is tripped it forces these inputs. */
export interface InterlockSpec {
  readonly name: string;
  readonly description: string;
  readonly forces: readonly string[];
}

export interface ModelSpec {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly tags: Readonly<Record<string, TagSpec>>;
  readonly loops: readonly LoopSpec[];
  readonly interlocks: readonly InterlockSpec[];
  readonly starts: readonly StartSpec[];
  readonly sources: readonly string[];
  /** `continuous`, `batch`, `starter` or `own`. */
  readonly kind: string;
  readonly exercises: readonly string[];
  /** Equations and figures as text. */
  readonly documentation: string;
}

/** What a page shows for a tag that its model does not have. */
const MISSING: TagSpec = {
  role: "state",
  unit: "",
  low: 0,
  high: 1,
  nominal: Number.NaN,
  digits: 0,
  label: "",
  description: "The model has no such tag",
  limits: {},
  states: [],
  writable: false,
};

export function tagSpec(model: Pick<ModelSpec, "tags">, tag: string): TagSpec {
  return model.tags[tag] ?? MISSING;
}

/** `reflux_flow` as a reader writes it: `Reflux flow`; single letters are symbols: `Fraction A`. */
export function tagTitle(name: string): string {
  const words = tagWords(name);
  return words.startsWith("pH") ? words : words.charAt(0).toUpperCase() + words.slice(1);
}

/** The same within a sentence: `reflux flow`, `fraction A`. */
export function tagWords(name: string): string {
  return name
    .replaceAll("_", " ")
    .replace(/\b[a-z]\b/g, (letter) => letter.toUpperCase())
    .replace(/\bph\b/g, "pH")
    .replace(/\bco2\b/g, "CO₂");
}
