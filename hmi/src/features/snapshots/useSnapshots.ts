/** The snapshots of a simulation by REST: listed, taken, restored, branched, forgotten. */
import { useMutation, useQuery } from "@tanstack/react-query";
import { useNavigate } from "react-router";
import { queryClient, refreshRecords } from "../../lib/queries";
import { get, post, remove } from "../../lib/rest";
import type { Simulation, Snapshot } from "../../lib/schemas";

const RENEW_MS = 5_000;

const path = (simId: string, rest = "snapshots") => `api/sims/${encodeURIComponent(simId)}/${rest}`;

/** Named ones and backtracks, the newest first. */
export function useSnapshots(simId: string) {
  return useQuery({
    queryKey: ["snapshots", simId],
    queryFn: ({ signal }) => get<{ snapshots: Snapshot[] }>(path(simId), signal),
    select: (answer) => answer.snapshots.toReversed(),
    refetchInterval: RENEW_MS,
  });
}

function renew(simId: string): void {
  refreshRecords();
  void queryClient.invalidateQueries({ queryKey: ["snapshots", simId] });
}

export function useTake(simId: string) {
  return useMutation({
    mutationFn: (name: string) => post<Snapshot>(path(simId), { name }),
    onSuccess: () => renew(simId),
  });
}

export function useForget(simId: string) {
  return useMutation({
    mutationFn: (name: string) => remove<void>(`${path(simId)}/${encodeURIComponent(name)}`),
    onSuccess: () => renew(simId),
  });
}

export function useRestore(simId: string) {
  return useMutation({
    mutationFn: (name: string) => post<Simulation>(`${path(simId)}/${encodeURIComponent(name)}/restore`),
    onSuccess: () => renew(simId),
  });
}

/** Starts another simulation from a snapshot (null: from how it is now) and goes to its page. */
export function useBranch(simId: string) {
  const navigate = useNavigate();
  return useMutation({
    mutationFn: (snapshot: string | null) =>
      post<Simulation>(path(simId, "branch"), snapshot === null ? {} : { snapshot }),
    onSuccess: (simulation) => {
      refreshRecords();
      void navigate(`/sims/${simulation.sim_id}`);
    },
  });
}
