/** What the start form holds, and the request that it stands for. */
import type { Speed, StartOptions } from "../../lib/schemas";
import { parseEntry } from "../controls/parseEntry";

const HOUR = 3600;

export interface StartState {
  readonly name: string;
  readonly hours: string;
  readonly speed: Speed;
  readonly seed: string;
  /** The name of a start state; empty for the model's usual one. */
  readonly start: string;
  readonly inputs: Readonly<Record<string, string>>;
}

export const USUAL: StartState = { name: "", hours: "24", speed: 1, seed: "", start: "", inputs: {} };

/** Every reason why the form cannot be sent, in words. */
export function startProblems({ hours, seed, inputs }: StartState): string[] {
  const problems: string[] = [];
  const duration = parseEntry(hours);
  if (duration === null || duration <= 0)
    problems.push("The duration must be a number of hours greater than 0.");
  if (seed.trim() && !/^\d+$/.test(seed.trim())) problems.push("The seed must be a whole number, 0 or more.");
  for (const [tag, text] of Object.entries(inputs))
    if (parseEntry(text) === null)
      problems.push(`${tag.replaceAll("_", " ")}: ${text || "nothing"} is not a number.`);
  return problems;
}

export function startOptions({ name, hours, speed, seed, start, inputs }: StartState): StartOptions {
  const values = Object.entries(inputs).map(([tag, text]) => [tag, parseEntry(text) ?? 0]);
  return {
    duration: (parseEntry(hours) ?? 0) * HOUR,
    speed,
    ...(name.trim() ? { name: name.trim() } : {}),
    ...(seed.trim() ? { seed: Number(seed) } : {}),
    ...(start ? { start } : {}),
    ...(values.length > 0 ? { inputs: Object.fromEntries(values) } : {}),
  };
}
