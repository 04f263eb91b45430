/** Moves a paused simulation on, lets one live longer, changes who may see and move it. */
import { useMutation } from "@tanstack/react-query";
import { queryClient, refreshRecords } from "../../lib/queries";
import { post } from "../../lib/rest";
import type { Sharing, Simulation } from "../../lib/schemas";

export type LifeOrder =
  | { name: "advance"; seconds: number }
  | { name: "extend"; seconds: number }
  | { name: "extend"; duration: number }
  | { name: "sharing"; sharing?: Sharing; owner?: string };

export function useLifeOrder(simId: string) {
  return useMutation({
    mutationFn: ({ name, ...body }: LifeOrder) =>
      post<Simulation>(`api/sims/${encodeURIComponent(simId)}/${name}`, body),
    onSuccess: (simulation) => {
      queryClient.setQueryData(["sim", simId], simulation);
      refreshRecords();
    },
  });
}
