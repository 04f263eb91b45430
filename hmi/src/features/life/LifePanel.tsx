/** The life of a simulation: how long it has, what happens after a stall or a loss, whose it is. */
import type { ReactNode } from "react";
import { Link } from "react-router";
import { ErrorNote } from "../../app/ErrorNote";
import { formatClock, formatDuration, formatMoment } from "../../lib/format";
import type { Simulation } from "../../lib/schemas";
import { useLive } from "../../tags/useLive";
import { useRefusal } from "../access/rights";
import { ENDED } from "../simulation/commands";
import { SharingForm } from "./SharingForm";
import { TimeForm } from "./TimeForm";
import { useLifeOrder } from "./useLife";

const STALL: Readonly<Record<string, string>> = {
  catch_up: "steps missed by a stalled worker are made up",
  skip: "steps missed by a stalled worker are left out",
};
const RESUME: Readonly<Record<string, string>> = {
  catch_up: "after the loss of its worker it makes the time up",
  hold: "after the loss of its worker it goes on from where it stood",
};
const HOUR = 3600;

export function LifePanel({ simulation, head }: { simulation: Simulation; head: ReactNode }) {
  const { sim_id: simId } = simulation;
  const live = useLive((state) => state.simulations[simId]);
  const { mutate, error, isPending } = useLifeOrder(simId);
  const ended = ENDED.has(simulation.status);
  const { status, remaining } = ended || !live ? simulation : live;
  const refused = useRefusal("operate", simulation);
  const denied = refused ?? (ended ? "Its life has ended." : null);
  const simulated = simulation.duration;
  return (
    <section className="panel faults" aria-label="Life and sharing">
      <header>{head}</header>
      {denied && <p className="muted">{denied}</p>}
      <div className="life">
        <div className="life-orders">
          <TimeForm
            title="Advance by"
            order="Advance"
            unit="simulated s"
            usual="60"
            factor={1}
            disabled={isPending || denied !== null}
            reason={status === "paused" ? null : "Pause it first."}
            send={(seconds) => mutate({ name: "advance", seconds })}
          />
          <TimeForm
            title="Extend by"
            order="Extend"
            unit="simulated h"
            usual="1"
            factor={HOUR}
            disabled={isPending || denied !== null}
            send={(seconds) => mutate({ name: "extend", duration: simulated + seconds })}
          />
          {simulation.ends_at && (
            <TimeForm
              title="End later by"
              order="End later"
              unit="h on the clock"
              usual="1"
              factor={HOUR}
              disabled={isPending || denied !== null}
              send={(seconds) => mutate({ name: "extend", seconds })}
            />
          )}
          <SharingForm simulation={simulation} disabled={isPending} send={mutate} />
          <ErrorNote error={error} />
        </div>
        <dl className="facts">
          <Fact name="Left">{remaining === null ? "–" : formatDuration(remaining)}</Fact>
          <Fact name="Life">
            {formatClock(simulation.duration)} simulated
            {simulation.ends_at && `, until ${formatMoment(simulation.ends_at)} in any case`}
            {simulation.idle !== null && `, ${formatDuration(simulation.idle)} without an action end it`}
          </Fact>
          <Fact name="Stall">{STALL[simulation.stall] ?? simulation.stall}</Fact>
          <Fact name="Resume">{RESUME[simulation.resume] ?? simulation.resume}</Fact>
          <Fact name="Began as">
            {simulation.origin ? `branch of ${simulation.origin}` : simulation.start.replaceAll("_", " ")},
            seed {simulation.seed}
          </Fact>
          <Fact name="Audit">
            <Link to={`/access/audit?sim_id=${simId}`}>who did what here</Link>
          </Fact>
          <Fact name="Computed by">
            {simulation.worker ?? "no worker"}
            {simulation.isolated && ", in a process of its own"}
            {simulation.attempts > 1 && `, attempt ${simulation.attempts}`}
          </Fact>
        </dl>
      </div>
    </section>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
