/** One simulation: its graphics live, the run bar, the controls, the trend and the faceplates. */
import { useCallback, useState } from "react";
import { Link, useParams } from "react-router";
import { ProblemPage } from "../../app/ProblemPage";
import { useTitle } from "../../app/useTitle";
import { useSimulation } from "../../lib/queries";
import type { Simulation } from "../../lib/schemas";
import { isModelId, type ModelId, modelSpec } from "../../tags/model";
import { PlantProvider } from "../../tags/plant";
import { useSubscription } from "../../tags/useSubscription";
import { ControlPanel } from "../controls/ControlPanel";
import { Faceplate } from "../faceplate/Faceplate";
import { GRAPHICS } from "../graphics/registry";
import { TrendPanel } from "../trend/TrendPanel";
import { RunBar } from "./RunBar";
import { StaleBanner } from "./StaleBanner";

export function SimulationPage() {
  const { simId = "" } = useParams();
  const { data, error } = useSimulation(simId);
  useTitle(data ? `${data.sim_id} · ${data.name}` : simId);
  if (error && !data) return <ProblemPage error={error} />;
  if (!data) return <p className="waiting">Reading {simId} …</p>;
  if (!isModelId(data.model_id)) {
    return <ProblemPage error={new Error(`There are no graphics for the model ${data.model_id}.`)} />;
  }
  return <SimulationSheet key={data.sim_id} simulation={data} model={data.model_id} />;
}

function SimulationSheet({ simulation, model }: { simulation: Simulation; model: ModelId }) {
  const [faceplate, setFaceplate] = useState<string | null>(null);
  const open = useCallback((tag: string) => setFaceplate(tag), []);
  useSubscription(simulation.sim_id);
  const { page, Drawing } = GRAPHICS[model];
  return (
    <PlantProvider modelId={model} simId={simulation.sim_id} openFaceplate={open}>
      <header className="sheet-head">
        <h1>
          {simulation.sim_id}
          <span className="muted">
            {simulation.name !== modelSpec(model).name && ` ${simulation.name} ·`}{" "}
            <Link to={`/models/${model}`}>{modelSpec(model).name}</Link>
          </span>
        </h1>
        <RunBar simulation={simulation} />
      </header>
      <StaleBanner simId={simulation.sim_id} />
      <div className="workspace">
        <section className="panel drawing" aria-label="Process">
          <Drawing />
        </section>
        <TrendPanel page={page} simId={simulation.sim_id} grafana={simulation.links.grafana ?? null} />
        <div className="side">
          <ControlPanel page={page} />
        </div>
      </div>
      <Faceplate tag={faceplate} close={() => setFaceplate(null)} />
    </PlantProvider>
  );
}
