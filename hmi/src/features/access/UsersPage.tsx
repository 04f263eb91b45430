/** All accounts: added, given a role, closed, opened, removed. */
import { useState } from "react";
import { ErrorNote } from "../../app/ErrorNote";
import { useTitle } from "../../app/useTitle";
import { CredentialFields } from "./CredentialFields";
import { Refused } from "./Refused";
import { RoleChoice } from "./RoleChoice";
import { useRefusal } from "./rights";
import { UserRow } from "./UserRow";
import { type NewUser, useAddUser, useUsers } from "./useUsers";

export function UsersPage() {
  useTitle("Users");
  const denied = useRefusal("administer");
  const { data, error } = useUsers(denied === null);
  return (
    <>
      <h1>Users</h1>
      {denied && <Refused reason={denied} />}
      <ErrorNote error={error} />
      {denied === null && <AddUser />}
      {data && (
        <section className="panel" aria-label="Accounts">
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a wide table scrolls sideways, also by keyboard */}
          <section className="table-scroll" tabIndex={0} aria-label="Table of users">
            <table>
              <thead>
                <tr>
                  <th scope="col">Name</th>
                  <th scope="col">Role</th>
                  <th scope="col">Signs in with</th>
                  <th scope="col">State</th>
                  <th scope="col">Orders</th>
                </tr>
              </thead>
              <tbody>
                {data.map((user) => (
                  <UserRow key={user.name} user={user} />
                ))}
              </tbody>
            </table>
          </section>
        </section>
      )}
    </>
  );
}

const NOBODY: NewUser = { name: "", role: "operator", password: "" };

function AddUser() {
  const [user, setUser] = useState(NOBODY);
  const { mutate, error, isPending } = useAddUser();
  return (
    <form
      className="panel row-form"
      aria-label="Add a user"
      onSubmit={(event) => {
        event.preventDefault();
        mutate(user, { onSuccess: () => setUser(NOBODY) });
      }}
    >
      <CredentialFields value={user} change={(part) => setUser({ ...user, ...part })} fresh />
      <label htmlFor="new-role">
        Role
        <RoleChoice id="new-role" role={user.role} change={(role) => setUser({ ...user, role })} />
      </label>
      <button
        type="submit"
        className="command strong"
        disabled={isPending || user.name.trim() === "" || user.password === ""}
      >
        Add the user
      </button>
      <ErrorNote error={error} />
    </form>
  );
}
