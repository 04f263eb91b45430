/** A model at rest: its graphics with nominal values, the form that starts it, its tags and its simulations. */
import { useCallback, useMemo, useState } from "react";
import { useParams } from "react-router";
import { ProblemPage } from "../../app/ProblemPage";
import { useTitle } from "../../app/useTitle";
import { useModel, useSimulations } from "../../lib/queries";
import type { ModelSpec } from "../../tags/model";
import { PlantProvider } from "../../tags/plant";
import { ControlPanel } from "../controls/ControlPanel";
import { Faceplate } from "../faceplate/Faceplate";
import { SimulationTable } from "../fleet/SimulationTable";
import { ModelDrawing } from "../graphics/ModelDrawing";
import { pageFor } from "../graphics/registry";
import { StartForm } from "../start/StartForm";
import { ModelFacts } from "./ModelFacts";

export function ModelPage() {
  const { modelId = "" } = useParams();
  const { data, error } = useModel(modelId);
  useTitle(data?.name ?? modelId);
  if (error && !data) return <ProblemPage error={error} />;
  if (!data) return <p className="waiting">Reading {modelId} …</p>;
  return <ModelSheet key={modelId} model={data} />;
}

function ModelSheet({ model }: { model: ModelSpec }) {
  const [faceplate, setFaceplate] = useState<string | null>(null);
  const open = useCallback((tag: string) => setFaceplate(tag), []);
  const { data } = useSimulations();
  const page = useMemo(() => pageFor(model), [model]);
  const own = (data ?? []).filter((simulation) => simulation.model_id === model.id);
  return (
    <PlantProvider model={model} simId={null} openFaceplate={open}>
      <header className="sheet-head">
        <h1>
          {model.name} <span className="muted">{model.description}</span>
        </h1>
      </header>
      <div className="workspace model">
        <div className="stack">
          <section className="panel drawing" aria-label="Process at rest">
            <p className="at-rest">NOT RUNNING: nominal values</p>
            <ModelDrawing model={model} />
          </section>
          <section className="panel" aria-label="Simulations of this model">
            <h2>Simulations</h2>
            <SimulationTable simulations={own} />
          </section>
          <ModelFacts model={model} />
        </div>
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
