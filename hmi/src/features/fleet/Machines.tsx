/** The machines: what they carry, and taking them out of service. */
import { ConfirmButton } from "../../app/ConfirmButton";
import { ErrorNote } from "../../app/ErrorNote";
import { formatMoment } from "../../lib/format";
import type { Machine } from "../../lib/schemas";
import { useRefusal } from "../access/rights";
import { useMachineOrder } from "./useMachines";

export function Machines({ machines }: { machines: readonly Machine[] }) {
  return (
    <section className="panel" aria-label="Machines">
      <h2>Machines</h2>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a wide table scrolls sideways, also by keyboard */}
      <section className="table-scroll" tabIndex={0} aria-label="Table of machines">
        <table>
          <thead>
            <tr>
              <th scope="col">Machine</th>
              <th scope="col">Name</th>
              <th scope="col">State</th>
              <th scope="col">Cores</th>
              <th scope="col">Workers</th>
              <th scope="col">Slots used</th>
              <th scope="col">Load</th>
              <th scope="col">Last heard</th>
              <th scope="col">Orders</th>
            </tr>
          </thead>
          <tbody>
            {machines.map((machine) => (
              <MachineRow key={machine.machine_id} machine={machine} />
            ))}
          </tbody>
        </table>
      </section>
    </section>
  );
}

function MachineRow({ machine }: { machine: Machine }) {
  const { machine_id: id, state } = machine;
  const denied = useRefusal("administer");
  const { mutate, error, isPending } = useMachineOrder(id);
  const drained = state === "draining" || state === "drained";
  return (
    <tr data-machine={id}>
      <th scope="row">{id}</th>
      <td>{machine.name}</td>
      <td>{state.replaceAll("_", " ")}</td>
      <td className="number">{machine.cores}</td>
      <td className="number">{machine.workers}</td>
      <td className="number">
        {machine.hosted} / {machine.slots}
      </td>
      <td className="number">{machine.load.toFixed(2)}</td>
      <td>{machine.heartbeat ? formatMoment(machine.heartbeat) : "never"}</td>
      <td>
        <span className="alarm-orders" title={denied ?? undefined}>
          {drained ? (
            <button
              type="button"
              className="command quiet"
              disabled={isPending || denied !== null}
              aria-label={`Put ${id} back into service`}
              onClick={() => mutate("undrain")}
            >
              Back in service
            </button>
          ) : (
            <select
              aria-label={`Drain ${id}`}
              value=""
              disabled={isPending || denied !== null}
              onChange={(event) => mutate(event.target.value === "finish" ? "finish" : "move")}
            >
              <option value="">Drain …</option>
              <option value="move">its simulations go elsewhere</option>
              <option value="finish">its simulations stay until they end</option>
            </select>
          )}
          <ConfirmButton
            title="Remove"
            label={`Remove machine ${id}`}
            question="Forget this machine?"
            disabled={isPending}
            reason={denied}
            act={() => mutate("remove")}
          />
          <ErrorNote error={error} />
        </span>
      </td>
    </tr>
  );
}
