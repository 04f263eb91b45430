/** The run bar: state, time, speed and the commands that move a simulation through its life. */
import { useState } from "react";
import { ErrorNote } from "../../app/ErrorNote";
import { formatClock, formatDuration } from "../../lib/format";
import type { Simulation } from "../../lib/schemas";
import { useLive } from "../../tags/useLive";
import { useRefusal } from "../access/rights";
import { type Command, ENDED, fits, useCommand } from "./commands";
import { QualitySummary } from "./QualitySummary";
import { SpeedChoice } from "./SpeedChoice";
import { StatusMark } from "./StatusMark";

export function RunBar({ simulation }: { simulation: Simulation }) {
  const live = useLive((state) => state.simulations[simulation.sim_id]);
  const { mutate, error, isPending } = useCommand(simulation.sim_id);
  const [asked, setAsked] = useState<"reset" | "stop" | null>(null);
  const denied = useRefusal("operate", simulation);
  const ended = ENDED.has(simulation.status);
  const { status, speed, simulation_time, overruns, remaining } = ended || !live ? simulation : live;
  const button = (name: Command["name"], label: string, act: () => void) => (
    <button
      type="button"
      className="command"
      disabled={isPending || denied !== null || !fits(name, status)}
      title={denied ?? undefined}
      onClick={act}
    >
      {label}
    </button>
  );
  return (
    <section className="run-bar" aria-label="Run">
      <StatusMark status={status} />
      <span className="commands">
        {status === "paused"
          ? button("resume", "Resume", () => mutate({ name: "resume" }))
          : button("pause", "Pause", () => mutate({ name: "pause" }))}
        {button("step", "Step", () => mutate({ name: "step", steps: 1 }))}
        {asked ? (
          <Confirm
            what={asked}
            yes={() => {
              mutate({ name: asked });
              setAsked(null);
            }}
            no={() => setAsked(null)}
          />
        ) : (
          <>
            {button("reset", "Reset", () => setAsked("reset"))}
            {button("stop", "Stop", () => setAsked("stop"))}
          </>
        )}
      </span>
      <span className="run-fact">
        <span className="muted">Speed</span>
        <SpeedChoice
          speed={speed}
          disabled={isPending || denied !== null || !fits("speed", status)}
          change={(wanted) => mutate({ name: "speed", speed: wanted })}
        />
      </span>
      <RunFact name="Simulated" value={formatClock(simulation_time)} />
      <RunFact name="Left" value={remaining === null ? "–" : formatDuration(remaining)} />
      {overruns > 0 && <RunFact name="Overruns" value={String(overruns)} />}
      {!ended && <QualitySummary simId={simulation.sim_id} />}
      {simulation.cause && <span className="run-cause">{simulation.cause}</span>}
      {simulation.queue_position !== null && (
        <RunFact name="In queue" value={String(simulation.queue_position)} />
      )}
      <ErrorNote error={error} />
    </section>
  );
}

function RunFact({ name, value }: { name: string; value: string }) {
  return (
    <span className="run-fact">
      <span className="muted">{name}</span>
      <b>{value}</b>
    </span>
  );
}

function Confirm({ what, yes, no }: { what: "reset" | "stop"; yes: () => void; no: () => void }) {
  return (
    <fieldset className="confirm">
      <legend>{what === "stop" ? "Stop for good?" : "Back to the start?"}</legend>
      <button type="button" className="command strong" onClick={yes}>
        Yes, {what}
      </button>
      {/* biome-ignore lint/a11y/noAutofocus: the answer that changes nothing takes the place of the pressed button */}
      <button type="button" className="command" onClick={no} autoFocus>
        No
      </button>
    </fieldset>
  );
}
