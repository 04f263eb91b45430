/** Which plant the graphics below it show: a model at rest or one of its simulations. */
import { createContext, type ReactNode, useContext, useMemo } from "react";
import type { ModelSpec } from "./model";

export interface Plant {
  readonly model: ModelSpec;
  /** Null on a model's own page: nothing runs, nominal values are shown and marked so. */
  readonly simId: string | null;
  readonly openFaceplate: (tag: string) => void;
}

const PlantContext = createContext<Plant | null>(null);

export function PlantProvider({ model, simId, openFaceplate, children }: Plant & { children: ReactNode }) {
  const plant = useMemo(() => ({ model, simId, openFaceplate }), [model, simId, openFaceplate]);
  return <PlantContext value={plant}>{children}</PlantContext>;
}

export function usePlant(): Plant {
  const plant = useContext(PlantContext);
  if (!plant) throw new Error("usePlant needs a PlantProvider above it");
  return plant;
}
