/** Entries of the audit in a table. */
import { Link } from "react-router";
import { formatMoment, formatShort } from "../../lib/format";
import type { AuditEntry } from "../../lib/schemas";

export function AuditTable({ entries }: { entries: readonly AuditEntry[] }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a wide table scrolls sideways, also by keyboard
    <section className="table-scroll" tabIndex={0} aria-label="Table of the audit">
      <table className="audit-table">
        <thead>
          <tr>
            <th scope="col">Time</th>
            <th scope="col">User</th>
            <th scope="col">From</th>
            <th scope="col">What</th>
            <th scope="col">Simulation</th>
            <th scope="col">Outcome</th>
            <th scope="col">Change</th>
          </tr>
        </thead>
        <tbody>
          {entries.map((entry) => (
            <tr key={entry.number} data-audit={entry.what}>
              <td>{formatMoment(entry.time)}</td>
              <th scope="row">{entry.user}</th>
              <td>
                {entry.door} <span className="muted">{entry.address}</span>
              </td>
              <td>{entry.what.replaceAll("_", " ")}</td>
              <td>{entry.sim_id && <Link to={`/sims/${entry.sim_id}`}>{entry.sim_id}</Link>}</td>
              <td className="tag-text">
                {entry.outcome === "refused" ? <b>refused</b> : "done"} {entry.detail}
              </td>
              <td className="tag-text">{change(entry)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

/** `reflux_flow 1.95 → 2.1`, one for each that differs. */
export function change({ old, new: now }: Pick<AuditEntry, "old" | "new">): string {
  const before = record(old);
  const after = record(now);
  return [...new Set([...Object.keys(before), ...Object.keys(after)])]
    .map((name) => {
      const values = [before[name], after[name]].filter((value) => value !== undefined).map(word);
      return `${name} ${values.join(" → ")}`;
    })
    .join(", ");
}

function record(value: unknown): Record<string, unknown> {
  if (value === null || value === undefined) return {};
  return typeof value === "object" && !Array.isArray(value) ? (value as Record<string, unknown>) : { value };
}

function word(value: unknown): string {
  if (typeof value === "number") return formatShort(value);
  return typeof value === "string" ? value : JSON.stringify(value);
}
