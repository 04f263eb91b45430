/** The faults of a simulation: those that are there, and the form that injects another. */
import type { ReactNode } from "react";
import { formatDuration, formatShort } from "../../lib/format";
import type { Fault, Simulation } from "../../lib/schemas";
import { type ModelSpec, tagSpec, tagTitle } from "../../tags/model";
import { qualityWords } from "../../tags/quality";
import { useLive } from "../../tags/useLive";
import { useRefusal } from "../access/rights";
import { ENDED } from "../simulation/commands";
import { FaultForm } from "./FaultForm";
import { kindTitle } from "./kinds";
import { useClear, useFaults } from "./useFaults";

interface FaultPanelProps {
  readonly model: ModelSpec;
  readonly simulation: Simulation;
  readonly head: ReactNode;
}

export function FaultPanel({ model, simulation, head }: FaultPanelProps) {
  const simId = simulation.sim_id;
  const { data, error } = useFaults(simId);
  const clear = useClear(simId);
  const now = useLive((state) => state.simulations[simId]?.simulation_time ?? simulation.simulation_time);
  const faults = data?.faults ?? [];
  const denied = useRefusal("engineer", simulation);
  const problem = error ?? clear.error;
  return (
    <section className="panel faults" aria-label="Faults">
      <header>
        {head}
        <button
          type="button"
          className="command quiet"
          disabled={faults.length === 0 || clear.isPending || denied !== null}
          onClick={() => clear.mutate(null)}
        >
          Clear all
        </button>
      </header>
      {problem && (
        <p className="write-note refused" role="alert">
          {problem.message}
        </p>
      )}
      {denied && <p className="muted">{denied}</p>}
      {!ENDED.has(simulation.status) && denied === null && (
        <FaultForm model={model} simId={simId} now={now} />
      )}
      {faults.length === 0 ? (
        <p className="muted">Nothing is wrong with any instrument, valve or supply.</p>
      ) : (
        <FaultTable
          model={model}
          faults={faults}
          still={denied !== null}
          clear={(number) => clear.mutate(number)}
        />
      )}
    </section>
  );
}

interface FaultTableProps {
  readonly model: ModelSpec;
  readonly faults: readonly Fault[];
  readonly still: boolean;
  readonly clear: (number: number) => void;
}

function FaultTable({ model, faults, still, clear }: FaultTableProps) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a wide table scrolls sideways, also by keyboard
    <section className="table-scroll" tabIndex={0} aria-label="Table of faults">
      <table>
        <thead>
          <tr>
            <th scope="col">Fault</th>
            <th scope="col">Of</th>
            <th scope="col">Size</th>
            <th scope="col">State</th>
            <th scope="col">Begins at</th>
            <th scope="col">Lasts</th>
            <th scope="col">Quality of the reading</th>
            <th scope="col">Clear</th>
          </tr>
        </thead>
        <tbody>
          {faults.map((fault) => (
            <tr key={fault.number} className={`fault-${fault.stage}`}>
              <th scope="row">{kindTitle(fault.kind)}</th>
              <td>{tagTitle(fault.tag)}</td>
              <td className="number">
                {formatShort(fault.size)} {tagSpec(model, fault.tag).unit}
              </td>
              <td>
                <b>{fault.stage}</b>
              </td>
              <td className="number">{fault.start === null ? "–" : formatDuration(fault.start)}</td>
              <td>{fault.duration === null ? "until cleared" : formatDuration(fault.duration)}</td>
              <td>{qualityWords(fault.quality)}</td>
              <td>
                <button
                  type="button"
                  className="command quiet"
                  disabled={still}
                  onClick={() => clear(fault.number)}
                  aria-label={`Clear ${kindTitle(fault.kind)} of ${tagTitle(fault.tag)}`}
                >
                  Clear
                </button>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
