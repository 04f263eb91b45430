/** A numeric entry: what is typed is staged, Enter sends it, Escape takes it back. */
import { useState } from "react";
import { tagTitle } from "../../tags/model";
import type { TagView } from "../../tags/useTag";
import { parseEntry } from "./parseEntry";

interface TagEntryProps {
  readonly view: TagView;
  readonly pending: number | null;
  readonly disabled: boolean;
  readonly send: (value: number) => void;
}

export function TagEntry({ view, pending, disabled, send }: TagEntryProps) {
  const [staged, setStaged] = useState<string | null>(null);
  const value = staged === null ? null : parseEntry(staged);
  const state = staged !== null ? (value === null ? "invalid" : "staged") : pending !== null ? "pending" : "";
  return (
    <span className={`entry ${state}`}>
      <input
        type="text"
        style={{ paddingRight: 14 + 7 * view.spec.unit.length }}
        inputMode="decimal"
        autoComplete="off"
        aria-label={`${tagTitle(view.tag)}${view.spec.unit ? `, ${view.spec.unit}` : ""}`}
        aria-invalid={state === "invalid"}
        disabled={disabled}
        value={staged ?? (pending !== null ? String(pending) : view.text)}
        onFocus={(event) => event.target.select()}
        onChange={(event) => setStaged(event.target.value)}
        onBlur={() => setStaged(null)}
        onKeyDown={(event) => {
          if (event.key === "Escape") setStaged(null);
          if (event.key === "Enter" && value !== null) {
            send(value);
            setStaged(null);
          }
        }}
      />
      <span className="entry-unit">{view.spec.unit}</span>
      {state === "staged" && <span className="entry-hint">Enter</span>}
    </span>
  );
}
