/** The most urgent alarm of all simulations in the head of every page, and how many more there are. */
import { Link } from "react-router";
import { AlarmMark } from "../../components/instrument/AlarmMark";
import { alarmMark } from "./priority";
import { useAlarmList } from "./useAlarms";

export function AlarmBanner() {
  const { data } = useAlarmList();
  const first =
    data?.alarms.find((alarm) => !alarm.acknowledged) ?? data?.alarms.find((alarm) => alarm.active);
  if (!data || !first) return null;
  return (
    <Link
      to="/alarms"
      className={first.acknowledged ? "alarm-banner" : "alarm-banner unacknowledged"}
      aria-label={`Alarms: ${data.active} active, ${data.unacknowledged} unacknowledged`}
    >
      <svg width="24" height="24" viewBox="-12 -12 24 24" aria-hidden="true">
        <AlarmMark violation={alarmMark(first)} />
      </svg>
      <span className="alarm-banner-text">{first.message}</span>
      {data.total > 1 && <b>+{data.total - 1}</b>}
    </Link>
  );
}
