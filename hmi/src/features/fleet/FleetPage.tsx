/** Everything that runs: capacity, machines and all simulations. */
import { ProblemPage } from "../../app/ProblemPage";
import { useTitle } from "../../app/useTitle";
import { formatMoment } from "../../lib/format";
import { useSimulations, useSystem } from "../../lib/queries";
import type { Machine, System } from "../../lib/schemas";
import { SimulationTable } from "./SimulationTable";

export function FleetPage() {
  useTitle("Fleet");
  const system = useSystem();
  const simulations = useSimulations();
  const error = system.error ?? simulations.error;
  if (error && !simulations.data) return <ProblemPage error={error} />;
  return (
    <div className="column">
      <h1>Fleet</h1>
      {system.data && <Capacity system={system.data} />}
      {system.data && <Machines machines={system.data.machines} />}
      <section className="panel" aria-label="Simulations">
        <h2>Simulations</h2>
        <SimulationTable simulations={simulations.data ?? []} />
      </section>
    </div>
  );
}

function Capacity({ system }: { system: System }) {
  const share = system.capacity > 0 ? Math.min(1, system.running / system.capacity) : 0;
  return (
    <section className="panel capacity" aria-label="Capacity">
      <h2>Capacity</h2>
      <p>
        <b>{system.running}</b> of <b>{system.capacity}</b> simulations running
        {system.queued > 0 && (
          <>
            , <b>{system.queued}</b> queued
          </>
        )}
      </p>
      <svg viewBox="0 0 400 12" preserveAspectRatio="none" className="capacity-bar" aria-hidden="true">
        <rect width="400" height="12" className="indicator-range" />
        <rect width={400 * share} height="12" className="liquid" />
      </svg>
    </section>
  );
}

function Machines({ machines }: { machines: readonly Machine[] }) {
  return (
    <section className="panel" aria-label="Machines">
      <h2>Machines</h2>
      <table>
        <thead>
          <tr>
            <th scope="col">Machine</th>
            <th scope="col">Name</th>
            <th scope="col">Cores</th>
            <th scope="col">Workers</th>
            <th scope="col">Slots used</th>
            <th scope="col">Load</th>
            <th scope="col">Last heard</th>
          </tr>
        </thead>
        <tbody>
          {machines.map((machine) => (
            <tr key={machine.machine_id}>
              <th scope="row">{machine.machine_id}</th>
              <td>{machine.name}</td>
              <td className="number">{machine.cores}</td>
              <td className="number">{machine.workers}</td>
              <td className="number">
                {machine.hosted} / {machine.slots}
              </td>
              <td className="number">{machine.load.toFixed(2)}</td>
              <td>{machine.heartbeat ? formatMoment(machine.heartbeat) : "never"}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
