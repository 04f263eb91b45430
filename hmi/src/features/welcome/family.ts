/** The families that the models are shown in. */
import type { ModelSpec } from "../../tags/model";

export const FAMILIES = ["continuous", "batch", "starter", "own"] as const;
export type Family = (typeof FAMILIES)[number];

export const FAMILY_NAMES: Readonly<Record<Family, string>> = {
  continuous: "Continuous processes",
  batch: "Batch processes",
  starter: "Starter set",
  own: "Own models",
};

/** A kind that is not known is a user's. */
export function familyOf({ kind }: ModelSpec): Family {
  return FAMILIES.find((family) => family === kind) ?? "own";
}
