/** The states that a simulation can go back to, or another one can begin with. */
import { type ReactNode, useState } from "react";
import { ErrorNote } from "../../app/ErrorNote";
import type { Simulation, Snapshot } from "../../lib/schemas";
import { useRefusal } from "../access/rights";
import { ENDED } from "../simulation/commands";
import { SnapshotTable } from "./SnapshotTable";
import { useBranch, useForget, useRestore, useSnapshots, useTake } from "./useSnapshots";

const KINDS: Readonly<Record<string, (snapshot: Snapshot) => boolean>> = {
  All: () => true,
  Named: (snapshot) => snapshot.kind === "named",
  Backtracks: (snapshot) => snapshot.kind !== "named",
};

interface SnapshotPanelProps {
  readonly simulation: Simulation;
  readonly head: ReactNode;
}

export function SnapshotPanel({ simulation, head }: SnapshotPanelProps) {
  const { sim_id: simId, status } = simulation;
  const [kind, setKind] = useState("All");
  const { data, error } = useSnapshots(simId);
  const take = useTake(simId);
  const restore = useRestore(simId);
  const branch = useBranch(simId);
  const forget = useForget(simId);
  const denied = useRefusal("operate", simulation);
  const start = useRefusal("operate");
  const over = ENDED.has(status) ? "Its life has ended." : null;
  const busy = [take, restore, branch, forget].some((each) => each.isPending);
  const shown = (data ?? []).filter((snapshot) => KINDS[kind]?.(snapshot));
  return (
    <section className="panel faults" aria-label="Snapshots">
      <header>
        {head}
        <fieldset className="switch">
          <legend>Which snapshots</legend>
          {Object.keys(KINDS).map((each) => (
            <label key={each} className={each === kind ? "chosen" : ""}>
              <input type="radio" name="snapshots" checked={each === kind} onChange={() => setKind(each)} />
              {each}
            </label>
          ))}
        </fieldset>
      </header>
      {(denied ?? over) && <p className="muted">{denied ?? over}</p>}
      <div className="snapshot-orders">
        <TakeForm
          disabled={busy || (denied ?? over) !== null}
          take={(name, then) => take.mutate(name, { onSuccess: then })}
        />
        <button
          type="button"
          className="command"
          disabled={busy || (denied ?? over) !== null}
          onClick={() => branch.mutate(null)}
        >
          Branch from now
        </button>
      </div>
      <ErrorNote error={error ?? take.error ?? restore.error ?? branch.error ?? forget.error} />
      {data && shown.length === 0 ? (
        <p className="muted">None yet. Backtracks come by themselves while it runs.</p>
      ) : (
        <SnapshotTable
          snapshots={shown}
          busy={busy}
          denied={denied}
          restorable={denied ?? over}
          startable={denied ?? start}
          restore={restore.mutate}
          branch={branch.mutate}
          forget={forget.mutate}
        />
      )}
    </section>
  );
}

interface TakeFormProps {
  readonly disabled: boolean;
  readonly take: (name: string, then: () => void) => void;
}

function TakeForm({ disabled, take }: TakeFormProps) {
  const [name, setName] = useState("");
  return (
    <form
      className="snapshot-orders"
      onSubmit={(event) => {
        event.preventDefault();
        take(name.trim(), () => setName(""));
      }}
    >
      <input
        aria-label="Name of the snapshot"
        placeholder="before-the-step"
        maxLength={100}
        disabled={disabled}
        value={name}
        onChange={(event) => setName(event.target.value)}
      />
      <button type="submit" className="command strong" disabled={disabled || name.trim() === ""}>
        Save the state
      </button>
    </form>
  );
}
