/** Adds a tag of a simulation to the trend; those that run come first. */
import { useState } from "react";
import { useModel, useSimulations } from "../../lib/queries";
import type { Simulation } from "../../lib/schemas";
import { tagTitle } from "../../tags/model";
import { ENDED } from "../simulation/commands";

interface TrendTagFormProps {
  readonly chosen: readonly string[];
  readonly full: boolean;
  readonly add: (name: string) => void;
}

export function TrendTagForm({ chosen, full, add }: TrendTagFormProps) {
  const [simId, setSimId] = useState("");
  const { data } = useSimulations();
  const simulations = [...(data ?? [])].sort(order);
  const simulation = simulations.find((each) => each.sim_id === simId);
  const model = useModel(simulation?.model_id);
  const tags = Object.keys((simulation && model.data?.tags) ?? {}).filter(
    (tag) => !chosen.includes(`${simId}.${tag}`),
  );
  return (
    <div className="panel row-form">
      <label htmlFor="trend-simulation">
        Simulation
        <select
          aria-label="Simulation"
          id="trend-simulation"
          value={simId}
          onChange={(event) => setSimId(event.target.value)}
        >
          <option value="">Choose …</option>
          {simulations.map((each) => (
            <option key={each.sim_id} value={each.sim_id}>
              {each.sim_id} {each.name} ({each.status.replace("_", " ")})
            </option>
          ))}
        </select>
      </label>
      <label htmlFor="trend-tag">
        Tag
        <select
          aria-label="Tag"
          id="trend-tag"
          value=""
          disabled={full || tags.length === 0}
          onChange={(event) => add(`${simId}.${event.target.value}`)}
        >
          <option value="">{full ? "no more pens" : "Add …"}</option>
          {tags.map((tag) => (
            <option key={tag} value={tag}>
              {tagTitle(tag)}
            </option>
          ))}
        </select>
      </label>
    </div>
  );
}

/** The living before the ended, the newest first. */
function order(a: Simulation, b: Simulation): number {
  const ended = Number(ENDED.has(a.status)) - Number(ENDED.has(b.status));
  return ended || b.created_at.localeCompare(a.created_at);
}
