/** The alarms of all simulations or of one, and the orders that operators give. */
import { useMutation, useQuery } from "@tanstack/react-query";
import { queryClient } from "../../lib/queries";
import { get, post } from "../../lib/rest";
import type { Alarm, AlarmEvent, AlarmList } from "../../lib/schemas";

const RENEW_MS = 10_000;

/** What needs attention: active, unacknowledged or unconfirmed, the most urgent first. */
export function useAlarmList() {
  return useQuery({
    queryKey: ["alarms"],
    queryFn: ({ signal }) => get<AlarmList>("api/alarms", signal),
    refetchInterval: RENEW_MS,
  });
}

/** All alarms of a simulation, the normal ones too. */
export function useAlarmsOf(simId: string) {
  return useQuery({
    queryKey: ["alarms", simId],
    queryFn: ({ signal }) =>
      get<{ alarms: readonly Alarm[] }>(`api/sims/${encodeURIComponent(simId)}/alarms`, signal),
    refetchInterval: RENEW_MS,
  });
}

export function useAlarmEvents() {
  return useQuery({
    queryKey: ["alarms", "events of all"],
    queryFn: ({ signal }) => get<{ events: readonly AlarmEvent[] }>("api/alarms/events?limit=200", signal),
    refetchInterval: RENEW_MS,
  });
}

export type Order =
  | { name: "acknowledge" | "confirm"; event_id?: string; comment?: string }
  | { name: "comment"; comment: string }
  | { name: "shelve"; seconds?: number; comment?: string }
  | { name: "unshelve" | "enable" | "disable" };

export function useOrder() {
  return useMutation({
    mutationFn: ({ alarm, order }: { alarm: Alarm; order: Order }) => {
      const { name, ...body } = order;
      const path = `api/sims/${encodeURIComponent(alarm.sim_id)}/alarms/${encodeURIComponent(alarm.alarm)}`;
      return post<unknown>(`${path}/${name}`, body);
    },
    onSettled: () => queryClient.invalidateQueries({ queryKey: ["alarms"] }),
  });
}
