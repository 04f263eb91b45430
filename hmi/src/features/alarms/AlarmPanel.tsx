/** The alarms of one simulation: what needs attention, or all of them. */
import { type ReactNode, useState } from "react";
import { AlarmTable } from "./AlarmTable";
import { useAlarmsOf } from "./useAlarms";

export function AlarmPanel({ simId, head }: { simId: string; head: ReactNode }) {
  const { data, error } = useAlarmsOf(simId);
  const [all, setAll] = useState(false);
  const alarms = (data?.alarms ?? []).filter((alarm) => all || alarm.retain);
  return (
    <section className="panel faults" aria-label="Alarms">
      <header>
        {head}
        <label className="check">
          <input type="checkbox" checked={all} onChange={(event) => setAll(event.target.checked)} />
          Normal ones too
        </label>
      </header>
      {error && (
        <p className="write-note refused" role="alert">
          {error.message}
        </p>
      )}
      {data && alarms.length === 0 ? (
        <p className="muted">Nothing needs attention.</p>
      ) : (
        <AlarmTable alarms={alarms} everywhere={false} />
      )}
    </section>
  );
}
