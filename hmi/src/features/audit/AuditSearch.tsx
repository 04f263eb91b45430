/** What to look for in the audit. */
import { useState } from "react";
import type { Filters } from "./useAudit";

type Name = keyof Filters;

const DOORS = ["rest", "opcua"];
const OUTCOMES = ["done", "refused"];

interface AuditSearchProps {
  readonly filters: Filters;
  readonly search: (filters: Record<string, string>) => void;
}

export function AuditSearch({ filters, search }: AuditSearchProps) {
  const [wanted, setWanted] = useState(filters);
  const set = (name: Name, value: string) => setWanted({ ...wanted, [name]: value });
  const entry = (name: Name, title: string, hint: string) => (
    <label>
      {title}
      <input
        maxLength={120}
        placeholder={hint}
        value={wanted[name] ?? ""}
        onChange={(event) => set(name, event.target.value)}
      />
    </label>
  );
  const choice = (name: Name, title: string, values: readonly string[]) => (
    <label htmlFor={`audit-${name}`}>
      {title}
      <select
        id={`audit-${name}`}
        value={wanted[name] ?? ""}
        onChange={(event) => set(name, event.target.value)}
      >
        <option value="">any</option>
        {values.map((value) => (
          <option key={value} value={value}>
            {value}
          </option>
        ))}
      </select>
    </label>
  );
  return (
    <search>
      <form
        className="panel row-form"
        onSubmit={(event) => {
          event.preventDefault();
          search(given(wanted));
        }}
      >
        {entry("sim_id", "Simulation", "wood-berry-7")}
        {entry("user", "User", "anybody")}
        {entry("what", "Kind", "write, stop, sign_in …")}
        {choice("door", "Door", DOORS)}
        {choice("outcome", "Outcome", OUTCOMES)}
        {entry("text", "Contains", "a part of it")}
        <button type="submit" className="command strong">
          Search
        </button>
        <button type="button" className="command quiet" onClick={() => search({})}>
          Show all
        </button>
      </form>
    </search>
  );
}

function given(filters: Filters): Record<string, string> {
  return Object.fromEntries(
    Object.entries(filters).flatMap(([name, value]) => (value.trim() ? [[name, value.trim()]] : [])),
  );
}
