/** Injects a fault: which tag, what is wrong with it, how much, from when and for how long. */
import { useState } from "react";
import type { FaultRequest } from "../../lib/schemas";
import { type ModelSpec, tagSpec, tagTitle } from "../../tags/model";
import { parseEntry } from "../controls/parseEntry";
import { KINDS, type KindId } from "./kinds";
import { useInject } from "./useFaults";

interface FaultFormProps {
  readonly model: ModelSpec;
  readonly simId: string;
  /** Simulated seconds. */
  readonly now: number;
}

interface FaultState {
  readonly kind: KindId;
  readonly tag: string;
  readonly size: string | null;
  readonly delay: string;
  readonly ramp: string;
  readonly duration: string;
}

const EMPTY = { size: null, delay: "", ramp: "", duration: "" };

export function FaultForm({ model, simId, now }: FaultFormProps) {
  const [state, setState] = useState<FaultState>({ kind: "bias", tag: "", ...EMPTY });
  const { mutate, error, isPending } = useInject(simId);
  const kind = KINDS.find((each) => each.id === state.kind);
  const tags = Object.keys(model.tags).filter((tag) => fits(model, tag, state.kind));
  const tag = tags.includes(state.tag) ? state.tag : (tags[0] ?? "");
  const spec = tagSpec(model, tag);
  const size = state.size ?? String(kind?.usual(spec) ?? 0);
  const request = readRequest({ ...state, tag, size: kind?.size ? size : null }, now);
  const change = (part: Partial<FaultState>) => setState((before) => ({ ...before, ...part }));
  const entry = (key: "delay" | "ramp" | "duration", title: string, hint: string) => (
    <label>
      {title}
      <input
        inputMode="decimal"
        placeholder={hint}
        value={state[key]}
        onChange={(event) => change({ [key]: event.target.value })}
      />
    </label>
  );
  return (
    <form
      className="fault-form"
      onSubmit={(event) => {
        event.preventDefault();
        if (request) mutate(request);
      }}
    >
      <label>
        Fault
        <select
          aria-label="Kind of fault"
          value={state.kind}
          onChange={(event) => change({ kind: event.target.value as KindId, size: null })}
        >
          {KINDS.map(({ id, title }) => (
            <option key={id} value={id}>
              {title}
            </option>
          ))}
        </select>
      </label>
      <label>
        Of
        <select
          aria-label="Faulty tag"
          value={tag}
          onChange={(event) => change({ tag: event.target.value, size: null })}
        >
          {tags.map((each) => (
            <option key={each} value={each}>
              {tagTitle(each)}
            </option>
          ))}
        </select>
      </label>
      {kind?.size && (
        <label>
          {kind.size(spec)}
          <input
            inputMode="decimal"
            value={size}
            onChange={(event) => change({ size: event.target.value })}
          />
        </label>
      )}
      {entry("delay", "Begins in, s", "now")}
      {kind?.ramps && entry("ramp", "Grows over, s", "at once")}
      {entry("duration", "Lasts, s", "until cleared")}
      <button type="submit" className="command strong" disabled={!request || isPending}>
        Inject
      </button>
      {error && (
        <p className="write-note refused" role="alert">
          {error.message}
        </p>
      )}
    </form>
  );
}

/** A tag of the right role that the model itself declares: no part of a loop, no interlock. */
function fits(model: ModelSpec, tag: string, kind: string): boolean {
  const spec = tagSpec(model, tag);
  const roles = KINDS.find((each) => each.id === kind)?.roles ?? [];
  const ofLoop = model.loops.some((loop) => tag.startsWith(`${loop.controlled}_`) && spec.writable);
  return roles.includes(spec.role) && spec.states.length === 0 && !ofLoop;
}

/** The request, or null while an entry is no number. Times are simulated seconds. */
function readRequest(
  { kind, tag, size, delay, ramp, duration }: FaultState,
  now: number,
): FaultRequest | null {
  const numbers = { size, delay, ramp, duration };
  const read: Partial<Record<keyof typeof numbers, number>> = {};
  for (const [key, text] of Object.entries(numbers)) {
    if (text === null || text.trim() === "") continue;
    const value = parseEntry(text);
    if (value === null) return null;
    read[key as keyof typeof numbers] = value;
  }
  if (!tag) return null;
  const { delay: after, ...given } = read;
  return { tag, kind, ...given, ...(after ? { start: now + after } : {}) };
}
