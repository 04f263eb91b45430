/** The faults of a simulation by REST: as they stand, injected, cleared. */
import { useMutation, useQuery } from "@tanstack/react-query";
import { queryClient } from "../../lib/queries";
import { get, post, remove } from "../../lib/rest";
import type { Fault, FaultRequest } from "../../lib/schemas";

const RENEW_MS = 2_000;

const path = (simId: string) => `api/sims/${encodeURIComponent(simId)}/faults`;

export function useFaults(simId: string) {
  return useQuery({
    queryKey: ["faults", simId],
    queryFn: ({ signal }) => get<{ simulation_time: number; faults: Fault[] }>(path(simId), signal),
    refetchInterval: RENEW_MS,
  });
}

function renew(simId: string) {
  return queryClient.invalidateQueries({ queryKey: ["faults", simId] });
}

export function useInject(simId: string) {
  return useMutation({
    mutationFn: (fault: FaultRequest) => post<Fault>(path(simId), fault),
    onSuccess: () => renew(simId),
  });
}

/** Clears one fault by its number, or all of them. */
export function useClear(simId: string) {
  return useMutation({
    mutationFn: (number: number | null) =>
      remove<unknown>(number === null ? path(simId) : `${path(simId)}/${number}`),
    onSuccess: () => renew(simId),
  });
}
