/** The alarms of all simulations: what needs attention now, and what happened. */
import { useState } from "react";
import { ProblemPage } from "../../app/ProblemPage";
import { useTitle } from "../../app/useTitle";
import { formatMoment } from "../../lib/format";
import type { Alarm } from "../../lib/schemas";
import { AlarmTable } from "./AlarmTable";
import { useAlarmEvents, useAlarmList } from "./useAlarms";

const FILTERS: Readonly<Record<string, (alarm: Alarm) => boolean>> = {
  All: () => true,
  Active: (alarm) => alarm.active,
  Unacknowledged: (alarm) => !alarm.acknowledged,
  Shelved: (alarm) => alarm.shelving !== "unshelved",
};

export function AlarmsPage() {
  useTitle("Alarms");
  const { data, error } = useAlarmList();
  const [filter, setFilter] = useState("All");
  if (error && !data) return <ProblemPage error={error} />;
  const alarms = (data?.alarms ?? []).filter((alarm) => FILTERS[filter]?.(alarm));
  return (
    <div className="column wide">
      <header className="welcome-head">
        <div>
          <h1>Alarms</h1>
          <p className="muted">
            {data ? `${data.active} active, ${data.unacknowledged} unacknowledged` : "Reading …"}
            {data && data.total > data.alarms.length && `, the first ${data.alarms.length} of ${data.total}`}
          </p>
        </div>
        <fieldset className="switch">
          <legend>Which alarms</legend>
          {Object.keys(FILTERS).map((each) => (
            <label key={each} className={each === filter ? "chosen" : ""}>
              <input
                type="radio"
                name="alarm-filter"
                checked={each === filter}
                onChange={() => setFilter(each)}
              />
              {each}
            </label>
          ))}
        </fieldset>
      </header>
      <section className="panel" aria-label="Alarm list">
        {data && alarms.length === 0 ? (
          <p>Nothing needs attention.</p>
        ) : (
          <AlarmTable alarms={alarms} everywhere />
        )}
      </section>
      <Events />
    </div>
  );
}

function Events() {
  const { data, error } = useAlarmEvents();
  return (
    <section className="panel" aria-label="Alarm events">
      <h2>What happened</h2>
      {error && (
        <p className="write-note refused" role="alert">
          {error.message}
        </p>
      )}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a wide table scrolls sideways, also by keyboard */}
      <section className="table-scroll" tabIndex={0} aria-label="Table of alarm events">
        <table>
          <thead>
            <tr>
              <th scope="col">Time</th>
              <th scope="col">What</th>
              <th scope="col">Message</th>
              <th scope="col">By</th>
            </tr>
          </thead>
          <tbody>
            {(data?.events ?? []).map((event) => (
              <tr key={event.number}>
                <td>{formatMoment(event.time)}</td>
                <td>{event.transition.replaceAll("_", " ")}</td>
                <th scope="row" className="alarm-message">
                  {event.message}
                </th>
                <td>{event.alarm.user}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </section>
  );
}
