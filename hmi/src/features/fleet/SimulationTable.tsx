/** Simulations in a table, the newest first. */
import { Link } from "react-router";
import { formatClock, formatDuration, formatMoment, formatSpeed } from "../../lib/format";
import type { Simulation } from "../../lib/schemas";
import { StatusMark } from "../simulation/StatusMark";

export function SimulationTable({ simulations }: { simulations: readonly Simulation[] }) {
  if (simulations.length === 0) return <p className="muted">None yet.</p>;
  const newest = [...simulations].sort((a, b) => b.created_at.localeCompare(a.created_at));
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a wide table scrolls sideways, also by keyboard
    <section className="table-scroll" tabIndex={0} aria-label="Table of simulations">
      <table>
        <thead>
          <tr>
            <th scope="col">Simulation</th>
            <th scope="col">Name</th>
            <th scope="col">State</th>
            <th scope="col">Speed</th>
            <th scope="col">Simulated</th>
            <th scope="col">Left</th>
            <th scope="col">Owner</th>
            <th scope="col">Machine</th>
            <th scope="col">Created</th>
          </tr>
        </thead>
        <tbody>
          {newest.map((each) => (
            <tr key={each.sim_id}>
              <th scope="row">
                <Link to={`/sims/${each.sim_id}`}>{each.sim_id}</Link>
              </th>
              <td>{each.name}</td>
              <td>
                <StatusMark status={each.status} />
              </td>
              <td className="number">{formatSpeed(each.speed)}</td>
              <td className="number">{formatClock(each.simulation_time)}</td>
              <td className="number">{each.remaining === null ? "–" : formatDuration(each.remaining)}</td>
              <td>
                {each.owner ?? "–"} <span className="muted">{each.sharing}</span>
              </td>
              <td>{each.machine ?? "any"}</td>
              <td>{formatMoment(each.created_at)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
