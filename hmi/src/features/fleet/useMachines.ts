/** Orders to machines, and the alerts about the engine. */
import { useMutation, useQuery } from "@tanstack/react-query";
import { refreshRecords } from "../../lib/queries";
import { get, post, remove } from "../../lib/rest";
import type { Alert, Machine } from "../../lib/schemas";

const RENEW_MS = 5_000;

export type MachineOrder = "move" | "finish" | "undrain" | "remove";

export function useMachineOrder(machineId: Machine["machine_id"]) {
  const path = `api/machines/${encodeURIComponent(machineId)}`;
  return useMutation({
    mutationFn: (order: MachineOrder) => {
      if (order === "remove") return remove<Machine>(path);
      return order === "undrain"
        ? post<Machine>(`${path}/undrain`)
        : post<Machine>(`${path}/drain`, { how: order });
    },
    onSettled: refreshRecords,
  });
}

export function useAlerts() {
  return useQuery({
    queryKey: ["alerts"],
    queryFn: ({ signal }) => get<{ alerts: Alert[] }>("api/alerts", signal),
    select: (answer) => answer.alerts,
    refetchInterval: RENEW_MS,
  });
}
