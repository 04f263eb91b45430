/** The accounts by REST, for administrators. */
import { useMutation, useQuery } from "@tanstack/react-query";
import { queryClient } from "../../lib/queries";
import { get, patch, post, remove } from "../../lib/rest";
import type { Role, User, UserChange } from "../../lib/schemas";

const path = (name: string) => `api/users/${encodeURIComponent(name)}`;
const renew = () => queryClient.invalidateQueries({ queryKey: ["users"] });

export function useUsers(enabled: boolean) {
  return useQuery({
    queryKey: ["users"],
    queryFn: ({ signal }) => get<{ users: User[] }>("api/users", signal),
    select: (answer) => answer.users,
    enabled,
  });
}

export interface NewUser {
  readonly name: string;
  readonly role: Role;
  readonly password: string;
}

export function useAddUser() {
  return useMutation({ mutationFn: (user: NewUser) => post<User>("api/users", user), onSuccess: renew });
}

export function useChangeUser(name: string) {
  return useMutation({
    mutationFn: (change: UserChange) => patch<User>(path(name), change),
    onSettled: renew,
  });
}

export function useRemoveUser(name: string) {
  return useMutation({ mutationFn: () => remove<User>(path(name)), onSuccess: renew });
}
