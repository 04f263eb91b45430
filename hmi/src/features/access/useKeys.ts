/** API keys by REST: one's own, and for administrators everybody's. */
import { useMutation, useQuery } from "@tanstack/react-query";
import { queryClient } from "../../lib/queries";
import { get, post, remove } from "../../lib/rest";
import type { Key, NewKey } from "../../lib/schemas";
import type { Right } from "./rights";

const renew = () => queryClient.invalidateQueries({ queryKey: ["keys"] });

export function useKeys(everybody: boolean, enabled: boolean) {
  return useQuery({
    queryKey: ["keys", everybody],
    queryFn: ({ signal }) =>
      get<{ keys: Key[] }>(everybody ? "api/tokens?everybody=true" : "api/tokens", signal),
    select: (answer) => answer.keys,
    enabled,
  });
}

export interface KeyRequest {
  readonly label: string;
  readonly scopes: readonly Right[];
  readonly days: number;
}

export function useAddKey() {
  return useMutation({
    mutationFn: (key: KeyRequest) => post<NewKey>("api/tokens", key),
    onSuccess: renew,
  });
}

export function useRevokeKey() {
  return useMutation({
    mutationFn: (id: string) => remove<Key>(`api/tokens/${encodeURIComponent(id)}`),
    onSuccess: renew,
  });
}
