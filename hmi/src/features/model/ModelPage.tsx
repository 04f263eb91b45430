/** A model at rest: its graphics with nominal values, the form that starts it, and its simulations. */
import { useCallback, useState } from "react";
import { useParams } from "react-router";
import { ProblemPage } from "../../app/ProblemPage";
import { useTitle } from "../../app/useTitle";
import { useSimulations } from "../../lib/queries";
import { isModelId, type ModelId, modelSpec } from "../../tags/model";
import { PlantProvider } from "../../tags/plant";
import { ControlPanel } from "../controls/ControlPanel";
import { Faceplate } from "../faceplate/Faceplate";
import { SimulationTable } from "../fleet/SimulationTable";
import { GRAPHICS } from "../graphics/registry";
import { StartForm } from "./StartForm";

export function ModelPage() {
  const { modelId = "" } = useParams();
  useTitle(isModelId(modelId) ? modelSpec(modelId).name : modelId);
  if (!isModelId(modelId)) return <ProblemPage error={new Error(`There is no model ${modelId}.`)} />;
  return <ModelSheet key={modelId} model={modelId} />;
}

function ModelSheet({ model }: { model: ModelId }) {
  const [faceplate, setFaceplate] = useState<string | null>(null);
  const open = useCallback((tag: string) => setFaceplate(tag), []);
  const { data } = useSimulations();
  const { page, Drawing } = GRAPHICS[model];
  const spec = modelSpec(model);
  const own = (data ?? []).filter((simulation) => simulation.model_id === model);
  return (
    <PlantProvider modelId={model} simId={null} openFaceplate={open}>
      <header className="sheet-head">
        <h1>
          {spec.name} <span className="muted">{spec.description}</span>
        </h1>
      </header>
      <div className="workspace model">
        <section className="panel drawing" aria-label="Process at rest">
          <p className="at-rest">NOT RUNNING: nominal values</p>
          <Drawing />
        </section>
        <section className="panel" aria-label="Simulations of this model">
          <h2>Simulations</h2>
          <SimulationTable simulations={own} />
        </section>
        <div className="side">
          <section className="panel" aria-label="Start">
            <h2>Start</h2>
            <StartForm model={model} />
          </section>
          <ControlPanel page={page} />
        </div>
      </div>
      <Faceplate tag={faceplate} close={() => setFaceplate(null)} />
    </PlantProvider>
  );
}
