/** Keeps a simulation's values coming while a page shows it. */
import { useEffect } from "react";
import { live } from "./live";

export function useSubscription(simId: string | null): void {
  useEffect(() => (simId ? live.subscribe(simId) : undefined), [simId]);
}
