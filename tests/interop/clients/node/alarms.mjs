// Alarms with node-opcua's own alarm list: its filter, its ConditionRefresh, its Acknowledge and Confirm.
import { coerceNodeId, installAlarmMonitoring } from "node-opcua-client";
import { toJson } from "./values.mjs";

const POLL = 50;

// The alarms whose condition begins with `prefix`, as soon as `until` (field: value) holds for `count` of them.
export async function alarms(session, { prefix = "", until = {}, count = 1, timeout_ms = 10_000 }) {
  const list = await installAlarmMonitoring(session);
  const deadline = Date.now() + timeout_ms;
  const found = () =>
    list
      .alarms()
      .map(shown)
      .filter((one) => one.condition.startsWith(prefix));
  const fits = (one) => Object.entries(until).every(([name, value]) => one.fields[name] === value);
  while (found().filter(fits).length < count && Date.now() < deadline) {
    await new Promise((resolve) => setTimeout(resolve, POLL));
  }
  return { status: 0, alarms: found() };
}

function shown(alarm) {
  const plain = {
    message: alarm.fields.message.value?.text ?? null,
    severity: toJson(alarm.fields.severity.value),
    retain: toJson(alarm.fields.retain.value),
    active: toJson(alarm.fields.activeState.id.value),
    acked: toJson(alarm.fields.ackedState.id.value),
    confirmed: toJson(alarm.fields.confirmedState.id.value),
    comment: alarm.fields.comment.value?.text ?? null,
    type: toJson(alarm.fields.eventType.value),
  };
  return { condition: toJson(alarm.conditionId), eventId: toJson(alarm.eventId), fields: plain };
}

const order =
  (method) =>
  async (session, { condition, eventId, comment }) => {
    const event = Buffer.from(eventId, "base64");
    const status = await session[method](coerceNodeId(condition), event, comment);
    return { status: status.value };
  };

export const acknowledge = order("acknowledgeCondition");
export const confirm = order("confirmCondition");
