/** One simulation: its graphics live, the run bar, the controls, the trend and the faceplates. */
import { useCallback, useMemo, useState } from "react";
import { Link, useParams } from "react-router";
import { ProblemPage } from "../../app/ProblemPage";
import { useTitle } from "../../app/useTitle";
import { useModel, useSimulation } from "../../lib/queries";
import type { Simulation } from "../../lib/schemas";
import type { ModelSpec } from "../../tags/model";
import { PlantProvider } from "../../tags/plant";
import { useSubscription } from "../../tags/useSubscription";
import { AlarmPanel } from "../alarms/AlarmPanel";
import { useAlarmsOf } from "../alarms/useAlarms";
import { ControlPanel } from "../controls/ControlPanel";
import { Faceplate } from "../faceplate/Faceplate";
import { FaultPanel } from "../faults/FaultPanel";
import { useFaults } from "../faults/useFaults";
import { ModelDrawing } from "../graphics/ModelDrawing";
import { isTall, pageFor } from "../graphics/registry";
import { LifePanel } from "../life/LifePanel";
import { SnapshotPanel } from "../snapshots/SnapshotPanel";
import { TrendPanel } from "../trend/TrendPanel";
import { Dock, type DockPart } from "./Dock";
import { RunBar } from "./RunBar";
import { StaleBanner } from "./StaleBanner";

export function SimulationPage() {
  const { simId = "" } = useParams();
  const { data, error } = useSimulation(simId);
  const model = useModel(data?.model_id);
  useTitle(data ? `${data.sim_id} · ${data.name}` : simId);
  const problem = (!data && error) || (!model.data && model.error);
  if (problem) return <ProblemPage error={problem} />;
  if (!data || !model.data) return <p className="waiting">Reading {simId} …</p>;
  return <SimulationSheet key={data.sim_id} simulation={data} model={model.data} />;
}

function SimulationSheet({ simulation, model }: { simulation: Simulation; model: ModelSpec }) {
  const [faceplate, setFaceplate] = useState<string | null>(null);
  const open = useCallback((tag: string) => setFaceplate(tag), []);
  const faults = useFaults(simulation.sim_id);
  const alarms = useAlarmsOf(simulation.sim_id);
  const [wide, setWide] = useState(false);
  useSubscription(simulation.sim_id);
  const { sim_id, owner, sharing } = simulation;
  const owned = useMemo(() => ({ sim_id, owner, sharing }), [sim_id, owner, sharing]);
  const page = useMemo(() => pageFor(model), [model]);
  const parts: DockPart[] = [
    {
      id: "trend",
      title: "Trend",
      show: (tabs) => (
        <TrendPanel
          page={page}
          simId={simulation.sim_id}
          grafana={simulation.links.grafana ?? null}
          head={tabs}
        />
      ),
    },
    {
      id: "alarms",
      title: "Alarms",
      count: alarms.data?.alarms.filter((alarm) => alarm.retain).length ?? 0,
      show: (tabs) => <AlarmPanel simId={simulation.sim_id} head={tabs} />,
    },
    {
      id: "faults",
      title: "Faults",
      count: faults.data?.faults.filter((fault) => fault.stage === "active").length ?? 0,
      show: (tabs) => <FaultPanel model={model} simulation={simulation} head={tabs} />,
    },
    {
      id: "snapshots",
      title: "Snapshots",
      show: (tabs) => <SnapshotPanel simulation={simulation} head={tabs} />,
    },
    {
      id: "life",
      title: "Life and sharing",
      show: (tabs) => <LifePanel simulation={simulation} head={tabs} />,
    },
  ];
  return (
    <PlantProvider model={model} simId={simulation.sim_id} openFaceplate={open} owned={owned}>
      <header className="sheet-head">
        <h1>
          {simulation.sim_id}
          <span className="muted">
            {simulation.name !== model.name && ` ${simulation.name} ·`}{" "}
            <Link to={`/models/${model.id}`}>{model.name}</Link>
          </span>
        </h1>
        <RunBar simulation={simulation} />
      </header>
      <StaleBanner simId={simulation.sim_id} />
      <div className={`workspace${wide ? " wide" : ""}${isTall(model) ? " tall" : ""}`}>
        <section className="panel drawing" aria-label="Process">
          <button
            type="button"
            className="command quiet widen"
            aria-pressed={wide}
            onClick={() => setWide(!wide)}
          >
            {wide ? "Show panels" : "Hide panels"}
          </button>
          <ModelDrawing model={model} />
        </section>
        <Dock folded={isTall(model)} parts={parts} />
        {!wide && (
          <div className="side">
            <ControlPanel page={page} />
          </div>
        )}
      </div>
      <Faceplate tag={faceplate} close={() => setFaceplate(null)} />
    </PlantProvider>
  );
}
