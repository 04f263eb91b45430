/** What the operators of the engine should know now. */
import { Link } from "react-router";
import { ErrorNote } from "../../app/ErrorNote";
import { formatMoment } from "../../lib/format";
import { useAlerts } from "./useMachines";

const URGENT = 700;

export function Alerts() {
  const { data, error } = useAlerts();
  return (
    <section className="panel" aria-label="Alerts">
      <h2>Alerts</h2>
      <ErrorNote error={error} />
      {data?.length === 0 && <p>Nothing is stuck, late, full or lost.</p>}
      <ul className="alerts">
        {(data ?? []).map((alert) => (
          <li key={`${alert.rule} ${alert.subject}`} data-alert={alert.rule}>
            <b className={alert.severity >= URGENT ? "urgent" : ""}>
              {alert.severity >= URGENT ? "1 urgent" : "2 warning"}
            </b>
            <span>{alert.message}</span>
            <span className="muted">since {formatMoment(alert.since)}</span>
            {alert.sim_id && <Link to={`/sims/${alert.sim_id}`}>{alert.sim_id}</Link>}
          </li>
        ))}
      </ul>
    </section>
  );
}
