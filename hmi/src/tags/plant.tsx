/** Which plant the graphics below it show: a model at rest or one of its simulations. */
import { createContext, type ReactNode, useContext, useMemo } from "react";
import type { Simulation } from "../lib/schemas";
import type { ModelSpec } from "./model";

/** Whose a simulation is, and what that leaves to others. */
export interface Owned {
  readonly sim_id: string;
  readonly owner?: string | null | undefined;
  readonly sharing: Simulation["sharing"];
}

export interface Plant {
  readonly model: ModelSpec;
  /** Null on a model's own page: nothing runs, nominal values are shown and marked so. */
  readonly simId: string | null;
  readonly openFaceplate: (tag: string) => void;
  /** Whose the simulation is, as far as that limits who may move it. */
  readonly owned?: Owned | undefined;
}

const PlantContext = createContext<Plant | null>(null);

export function PlantProvider({
  model,
  simId,
  openFaceplate,
  owned,
  children,
}: Plant & { children: ReactNode }) {
  const plant = useMemo(() => ({ model, simId, openFaceplate, owned }), [model, simId, openFaceplate, owned]);
  return <PlantContext value={plant}>{children}</PlantContext>;
}

export function usePlant(): Plant {
  const plant = useContext(PlantContext);
  if (!plant) throw new Error("usePlant needs a PlantProvider above it");
  return plant;
}
