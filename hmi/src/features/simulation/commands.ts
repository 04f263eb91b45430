/** The commands of a simulation's run bar. */
import { useMutation } from "@tanstack/react-query";
import { queryClient, refreshRecords } from "../../lib/queries";
import { post } from "../../lib/rest";
import type { Simulation, Speed, Status } from "../../lib/schemas";

export type Command =
  | { name: "pause" | "resume" | "reset" | "stop" }
  | { name: "step"; steps: number }
  | { name: "speed"; speed: Speed };

export const ENDED: ReadonlySet<Status> = new Set(["finished", "stopped", "failed", "timed_out"]);

const FITS: Readonly<Record<Command["name"], readonly Status[]>> = {
  pause: ["running"],
  resume: ["paused"],
  step: ["paused"],
  speed: ["running", "paused"],
  reset: ["running", "paused"],
  stop: ["pending", "queued", "running", "paused"],
};

export function fits(command: Command["name"], status: Status): boolean {
  return FITS[command].includes(status);
}

export function useCommand(simId: string) {
  return useMutation({
    mutationFn: ({ name, ...body }: Command) =>
      post<Simulation>(`api/sims/${encodeURIComponent(simId)}/${name}`, body),
    onSuccess: (simulation) => {
      queryClient.setQueryData(["sim", simId], simulation);
      refreshRecords();
    },
  });
}
