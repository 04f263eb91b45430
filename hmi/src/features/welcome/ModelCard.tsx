/** One model in the gallery. */
import { useState } from "react";
import { Link } from "react-router";
import type { Simulation } from "../../lib/schemas";
import type { ModelSpec } from "../../tags/model";
import { useRefusal } from "../access/rights";
import { Thumbnail } from "../graphics/Thumbnail";
import { ENDED } from "../simulation/commands";
import { StatusMark } from "../simulation/StatusMark";
import { StartDialog } from "../start/StartDialog";
import { useStart } from "../start/useStart";

const SHOWN = 3;

interface ModelCardProps {
  readonly model: ModelSpec;
  readonly simulations: readonly Simulation[];
}

export function ModelCard({ model, simulations }: ModelCardProps) {
  const [asking, setAsking] = useState(false);
  const { mutate, error, isPending } = useStart(model.id);
  const denied = useRefusal("operate");
  const alive = simulations.filter((simulation) => !ENDED.has(simulation.status));
  return (
    <li className="panel card" data-model={model.id}>
      <Thumbnail model={model} />
      <div className="card-body">
        <h3>
          <Link to={`/models/${model.id}`}>{model.name}</Link>
        </h3>
        <p className="card-text">{model.description}</p>
        <p className="muted">
          {Object.keys(model.tags).length} tags · {model.loops.length}{" "}
          {model.loops.length === 1 ? "loop" : "loops"} ·{" "}
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
        <button
          type="button"
          className="command quiet"
          disabled={denied !== null}
          title={denied ?? undefined}
          onClick={() => setAsking(true)}
        >
          Start with …
        </button>
        <button
          type="button"
          className="command strong"
          disabled={isPending || denied !== null}
          title={denied ?? undefined}
          onClick={() => mutate({})}
          aria-label={`Start ${model.name}`}
        >
          {isPending ? "Starting …" : "Start"}
        </button>
      </footer>
      {asking && <StartDialog model={model} close={() => setAsking(false)} />}
    </li>
  );
}
