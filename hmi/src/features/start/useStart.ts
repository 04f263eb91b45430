/** Starts a simulation of a model and goes to its page. */
import { useMutation } from "@tanstack/react-query";
import { useNavigate } from "react-router";
import { refreshRecords } from "../../lib/queries";
import { post } from "../../lib/rest";
import type { Simulation, StartOptions } from "../../lib/schemas";

export function useStart(modelId: string) {
  const navigate = useNavigate();
  return useMutation({
    mutationFn: (options: StartOptions) =>
      post<Simulation>(`api/models/${encodeURIComponent(modelId)}/start`, options),
    onSuccess: (simulation) => {
      refreshRecords();
      void navigate(`/sims/${simulation.sim_id}`);
    },
  });
}
