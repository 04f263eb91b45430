/** Signing in and out, and what has to be forgotten when somebody else does. */
import { onlineManager, useMutation, useQuery } from "@tanstack/react-query";
import { askWho, ME, queryClient, type Session } from "../../lib/queries";
import { get, post, remove } from "../../lib/rest";
import type { Me, SetUpAnswer } from "../../lib/schemas";
import { live } from "../../tags/live";
import { forgetAll } from "../../tags/liveStore";

export interface Credentials {
  readonly name: string;
  readonly password: string;
}

export interface SetUp extends Credentials {
  readonly token: string;
}

const signIn = (given: Credentials) => post<Me>("api/session", given);

/** Goes on as this user; what another one saw is forgotten. */
function become(me: Me): void {
  const before = queryClient.getQueryData<Session>([ME])?.me;
  queryClient.setQueryData<Session>([ME], { me, refused: null });
  live.hold();
  if (before?.name !== me.name) {
    forgetAll();
    void queryClient.resetQueries({ predicate: ({ queryKey }) => queryKey[0] !== ME });
  }
  live.release();
}

export function useSignIn() {
  return useMutation({ mutationFn: signIn, onSuccess: become });
}

/** Whether the engine waits for its first administrator; undefined until it has told. */
export function useSetUpNeeded(): boolean | undefined {
  const { data } = useQuery({
    queryKey: ["setup"],
    queryFn: ({ signal }) => get<SetUpAnswer>("api/setup", signal),
    networkMode: "always", // it is asked while nobody is signed in
  });
  return data?.needed;
}

/** Makes the first administrator and signs in as this one. */
export function useSetUp() {
  return useMutation({
    mutationFn: async ({ token, ...given }: SetUp) => {
      await post<Me>("api/setup", { token, ...given });
      return signIn(given);
    },
    onSuccess: become,
  });
}

export function useSignOut() {
  return useMutation({
    mutationFn: () => remove<unknown>("api/session"),
    onSuccess: () => {
      live.hold();
      forgetAll();
      onlineManager.setOnline(true);
      void queryClient.resetQueries();
      live.release();
    },
  });
}

export function useChangePassword() {
  return useMutation({
    mutationFn: (change: { old: string; new: string }) => post<unknown>("api/me/password", change),
    onSuccess: askWho,
  });
}
