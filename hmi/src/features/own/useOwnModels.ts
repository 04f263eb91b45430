/** Brings own models to the engine and takes them away. */
import { useMutation } from "@tanstack/react-query";
import { queryClient } from "../../lib/queries";
import { remove, upload } from "../../lib/rest";
import type { ModelAnswer } from "../../lib/schemas";

const TYPES: readonly [ending: RegExp, type: string][] = [
  [/\.ya?ml$/i, "application/yaml"],
  [/\.json$/i, "application/json"],
];

/** An FMU unless the name says otherwise. */
export function contentType(name: string): string {
  return TYPES.find(([ending]) => ending.test(name))?.[1] ?? "application/octet-stream";
}

const renew = () => queryClient.invalidateQueries({ queryKey: ["models"] });

export function useAddModel() {
  return useMutation({
    mutationFn: ({ name, content }: { name: string; content: Blob }) =>
      upload<ModelAnswer>("api/models/", content, contentType(name)),
    onSuccess: renew,
  });
}

export function useRemoveModel() {
  return useMutation({
    mutationFn: (id: string) => remove<ModelAnswer>(`api/models/${encodeURIComponent(id)}`),
    onSuccess: renew,
  });
}
