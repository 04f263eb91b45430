/** Numbered tags of one kind, such as `temperature_1` .. `temperature_41`: shown together as a profile. */
import type { ModelSpec } from "./model";

const LEAST = 6;

export interface Numbered {
  /** `temperature` */
  readonly stem: string;
  /** In the order of their numbers. */
  readonly tags: readonly string[];
}

const number = (tag: string) => Number(/\d+$/.exec(tag)?.[0]);

/** The tags `stem_<number>` of a model that only the model moves, in order. */
export function numberedTags({ tags }: ModelSpec, stem: string): string[] {
  return Object.keys(tags)
    .filter((tag) => tag.startsWith(`${stem}_`) && /^\d+$/.test(tag.slice(stem.length + 1)))
    .filter((tag) => !tags[tag]?.writable)
    .sort((a, b) => number(a) - number(b));
}

/** Every kind with at least six numbered tags of one unit. */
export function numberedKinds(model: ModelSpec): Numbered[] {
  const stems = new Set(
    Object.keys(model.tags).flatMap((tag) => {
      const found = /^(.+)_\d+$/.exec(tag);
      return found?.[1] ? [found[1]] : [];
    }),
  );
  return [...stems]
    .map((stem) => ({ stem, tags: numberedTags(model, stem) }))
    .filter(
      ({ tags }) => tags.length >= LEAST && new Set(tags.map((tag) => model.tags[tag]?.unit)).size === 1,
    );
}
