/** Snapshots in a table, with what can be done with each. */
import { ConfirmButton } from "../../app/ConfirmButton";
import { formatClock, formatMoment } from "../../lib/format";
import type { Snapshot } from "../../lib/schemas";

interface SnapshotTableProps {
  readonly snapshots: readonly Snapshot[];
  readonly busy: boolean;
  /** Why none may be deleted, restored, or begun with. */
  readonly denied: string | null;
  readonly restorable: string | null;
  readonly startable: string | null;
  readonly restore: (name: string) => void;
  readonly branch: (name: string) => void;
  readonly forget: (name: string) => void;
}

export function SnapshotTable({ snapshots, ...orders }: SnapshotTableProps) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a wide table scrolls sideways, also by keyboard
    <section className="table-scroll" tabIndex={0} aria-label="Table of snapshots">
      <table>
        <thead>
          <tr>
            <th scope="col">Snapshot</th>
            <th scope="col">Simulated</th>
            <th scope="col">Taken</th>
            <th scope="col">By</th>
            <th scope="col">Orders</th>
          </tr>
        </thead>
        <tbody>
          {snapshots.map((snapshot) => (
            <tr key={snapshot.name} data-snapshot={snapshot.name}>
              <th scope="row">
                {snapshot.kind === "named" ? snapshot.name : <span className="muted">backtrack</span>}
              </th>
              <td className="number">{formatClock(snapshot.simulation_time)}</td>
              <td>{formatMoment(snapshot.time)}</td>
              <td>{snapshot.kind === "named" ? snapshot.user : ""}</td>
              <td>
                <Orders snapshot={snapshot} {...orders} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

type OrdersProps = Omit<SnapshotTableProps, "snapshots"> & { readonly snapshot: Snapshot };

function Orders(props: OrdersProps) {
  const { busy, snapshot } = props;
  const { name } = snapshot;
  return (
    <span className="alarm-orders">
      <ConfirmButton
        title="Restore"
        label={`Restore ${name}`}
        question={`Back to ${formatClock(snapshot.simulation_time)}?`}
        disabled={busy}
        reason={props.restorable}
        act={() => props.restore(name)}
      />
      <button
        type="button"
        className="command quiet"
        disabled={busy || props.startable !== null}
        title={props.startable ?? undefined}
        aria-label={`Branch from ${name}`}
        onClick={() => props.branch(name)}
      >
        Branch
      </button>
      {snapshot.kind === "named" && (
        <ConfirmButton
          title="Delete"
          label={`Delete ${name}`}
          question="Forget this state?"
          disabled={busy}
          reason={props.denied}
          act={() => props.forget(name)}
        />
      )}
    </span>
  );
}
