/** Everything that runs: capacity, machines and all simulations. */
import { ProblemPage } from "../../app/ProblemPage";
import { useTitle } from "../../app/useTitle";
import { useSimulations, useSystem } from "../../lib/queries";
import type { System } from "../../lib/schemas";
import { Alerts } from "./Alerts";
import { Machines } from "./Machines";
import { SimulationTable } from "./SimulationTable";

export function FleetPage() {
  useTitle("Fleet");
  const system = useSystem();
  const simulations = useSimulations();
  const error = system.error ?? simulations.error;
  if (error && !simulations.data) return <ProblemPage error={error} />;
  return (
    <div className="column wide">
      <h1>Fleet</h1>
      {system.data && <Capacity system={system.data} />}
      <Alerts />
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
