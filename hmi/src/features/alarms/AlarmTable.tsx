/** Alarms in a table: mark, state, message, and what an operator can do about them. */
import { Link } from "react-router";
import { AlarmMark } from "../../components/instrument/AlarmMark";
import { formatMoment } from "../../lib/format";
import type { Alarm } from "../../lib/schemas";
import { AlarmOrders } from "./AlarmOrders";
import { alarmMark, stateWords } from "./priority";

interface AlarmTableProps {
  readonly alarms: readonly Alarm[];
  /** Whether to tell of which simulation each is. */
  readonly everywhere: boolean;
}

export function AlarmTable({ alarms, everywhere }: AlarmTableProps) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a wide table scrolls sideways, also by keyboard
    <section className="table-scroll" tabIndex={0} aria-label="Table of alarms">
      <table className="alarm-table">
        <thead>
          <tr>
            <th scope="col">Priority</th>
            <th scope="col">State</th>
            {everywhere && <th scope="col">Simulation</th>}
            <th scope="col">Message</th>
            <th scope="col">Since</th>
            <th scope="col">Orders</th>
          </tr>
        </thead>
        <tbody>
          {alarms.map((alarm) => (
            <tr key={`${alarm.sim_id} ${alarm.alarm}`} data-alarm-row={`${alarm.sim_id}.${alarm.alarm}`}>
              <td>
                <Mark alarm={alarm} />
              </td>
              <td className={alarm.active && !alarm.acknowledged ? "unacknowledged" : ""}>
                {stateWords(alarm)}
              </td>
              {everywhere && (
                <td>
                  <Link to={`/sims/${alarm.sim_id}`}>{alarm.sim_id}</Link>
                </td>
              )}
              <th scope="row" className="alarm-message">
                {alarm.message || alarm.alarm.replaceAll("_", " ")}
                {alarm.comment && (
                  <span className="alarm-comment">
                    {alarm.user && `${alarm.user}: `}“{alarm.comment}”
                  </span>
                )}
              </th>
              <td>{alarm.active_time ? formatMoment(alarm.active_time) : "–"}</td>
              <td>
                <AlarmOrders alarm={alarm} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Mark({ alarm }: { alarm: Alarm }) {
  const mark = alarmMark(alarm);
  const shown = alarm.active || !alarm.acknowledged || !alarm.confirmed;
  if (!shown) return <span className="muted">–</span>;
  return (
    <svg width="62" height="24" viewBox="-12 -12 62 24" role="img" aria-label={`Priority ${mark.priority}`}>
      <AlarmMark violation={mark} />
    </svg>
  );
}
