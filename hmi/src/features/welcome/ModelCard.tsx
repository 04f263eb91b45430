/** One model on the welcome page. */
import { Link } from "react-router";
import type { Simulation } from "../../lib/schemas";
import { type ModelId, modelSpec } from "../../tags/model";
import { Thumbnail } from "../graphics/Thumbnail";
import { useStart } from "../model/StartForm";
import { ENDED } from "../simulation/commands";
import { StatusMark } from "../simulation/StatusMark";

const SHOWN = 4;

export function ModelCard({ model, simulations }: { model: ModelId; simulations: readonly Simulation[] }) {
  const spec = modelSpec(model);
  const { mutate, error, isPending } = useStart(model);
  const alive = simulations.filter((simulation) => !ENDED.has(simulation.status));
  return (
    <li className="panel card" data-model={model}>
      <Thumbnail model={model} />
      <div className="card-body">
        <h2>
          <Link to={`/models/${model}`}>{spec.name}</Link>
        </h2>
        <p>{spec.description}</p>
        <p className="muted">
          {Object.keys(spec.tags).length} tags ·{" "}
          {alive.length === 0 ? "nothing running" : `${alive.length} alive`}
        </p>
        <ul className="card-sims">
          {alive.slice(0, SHOWN).map((simulation) => (
            <li key={simulation.sim_id}>
              <Link to={`/sims/${simulation.sim_id}`}>{simulation.sim_id}</Link>{" "}
              <StatusMark status={simulation.status} />
            </li>
          ))}
          {alive.length > SHOWN && <li className="muted">and {alive.length - SHOWN} more</li>}
        </ul>
        {error && (
          <p className="write-note refused" role="alert">
            {error.message}
          </p>
        )}
      </div>
      <footer>
        <Link to={`/models/${model}`} className="command">
          Open
        </Link>
        <button
          type="button"
          className="command strong"
          disabled={isPending}
          onClick={() => mutate({})}
          aria-label={`Start ${spec.name}`}
        >
          {isPending ? "Starting …" : "Start"}
        </button>
      </footer>
    </li>
  );
}
