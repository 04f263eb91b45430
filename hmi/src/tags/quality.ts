/** What a status code's name says about the number beside it. */
export type QualityKind = "good" | "uncertain" | "bad";

export function qualityKind(quality: string): QualityKind {
  if (quality.startsWith("Good")) return "good";
  if (quality.startsWith("Uncertain")) return "uncertain";
  return "bad";
}

/** `UncertainLastUsableValue` in words: `Uncertain last usable value`. */
export function qualityWords(quality: string): string {
  return quality.replace(/(?<=[a-z])[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}
