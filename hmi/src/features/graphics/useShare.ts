/** A tag's place in its range as 0..1, for levels and valve stems; null while it has no number. */
import { useTag } from "../../tags/useTag";

export function useShare(tag: string): number | null {
  const { value, spec } = useTag(tag);
  return value === null ? null : (value - spec.low) / (spec.high - spec.low);
}
