/** Renders parts of a page as they stand within a plant. */
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { type RenderResult, render } from "@testing-library/react";
import type { ReactNode } from "react";
import type { ModelSpec } from "../src/tags/model";
import { PlantProvider } from "../src/tags/plant";
import { known } from "./models";

export function renderPlant(
  children: ReactNode,
  model: string | ModelSpec,
  simId: string | null,
  openFaceplate: (tag: string) => void = () => undefined,
): RenderResult {
  const client = new QueryClient({ defaultOptions: { queries: { retry: false, enabled: false } } });
  return render(
    <QueryClientProvider client={client}>
      <PlantProvider
        model={typeof model === "string" ? known(model) : model}
        simId={simId}
        openFaceplate={openFaceplate}
      >
        {children}
      </PlantProvider>
    </QueryClientProvider>,
  );
}
