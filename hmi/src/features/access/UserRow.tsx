/** One account in the list, with what an administrator can do about it. */
import { useState } from "react";
import { ConfirmButton } from "../../app/ConfirmButton";
import { ErrorNote } from "../../app/ErrorNote";
import { useMe } from "../../lib/queries";
import type { User } from "../../lib/schemas";
import { RoleChoice } from "./RoleChoice";
import { useChangeUser, useRemoveUser } from "./useUsers";

export function UserRow({ user }: { user: User }) {
  const me = useMe();
  const change = useChangeUser(user.name);
  const forget = useRemoveUser(user.name);
  const busy = change.isPending || forget.isPending;
  const own = me?.name === user.name ? "Your own rights only another administrator can take away." : null;
  const means = [user.password && "password", user.certificate && "certificate"].filter(Boolean);
  return (
    <tr data-user={user.name} className={user.disabled ? "fault-ended" : ""}>
      <th scope="row">{user.name}</th>
      <td>
        <RoleChoice
          label={`Role of ${user.name}`}
          role={user.role}
          disabled={busy || own !== null}
          change={(role) => change.mutate({ role })}
        />
      </td>
      <td title={user.certificate ?? undefined}>{means.join(", ") || "nothing"}</td>
      <td>{user.disabled ? "disabled" : "open"}</td>
      <td>
        <span className="alarm-orders">
          <PasswordEntry user={user.name} disabled={busy} set={(password) => change.mutate({ password })} />
          <button
            type="button"
            className="command quiet"
            disabled={busy || own !== null}
            title={own ?? undefined}
            aria-label={`${user.disabled ? "Enable" : "Disable"} ${user.name}`}
            onClick={() => change.mutate({ disabled: !user.disabled })}
          >
            {user.disabled ? "Enable" : "Disable"}
          </button>
          <ConfirmButton
            title="Remove"
            label={`Remove ${user.name}`}
            question="Forget this user?"
            disabled={busy}
            reason={own}
            act={() => forget.mutate()}
          />
          <ErrorNote error={change.error ?? forget.error} />
        </span>
      </td>
    </tr>
  );
}

interface PasswordEntryProps {
  readonly user: string;
  readonly disabled: boolean;
  readonly set: (password: string) => void;
}

function PasswordEntry({ user, disabled, set }: PasswordEntryProps) {
  const [password, setPassword] = useState<string | null>(null);
  if (password === null)
    return (
      <button
        type="button"
        className="command quiet"
        disabled={disabled}
        aria-label={`New password of ${user}`}
        onClick={() => setPassword("")}
      >
        New password
      </button>
    );
  return (
    <form
      className="alarm-comment-form"
      onSubmit={(event) => {
        event.preventDefault();
        set(password);
        setPassword(null);
      }}
    >
      <input
        type="password"
        autoComplete="new-password"
        aria-label={`The new password of ${user}`}
        value={password}
        onChange={(event) => setPassword(event.target.value)}
        onKeyDown={(event) => event.key === "Escape" && setPassword(null)}
      />
      <button type="submit" className="command" disabled={password === ""}>
        Set
      </button>
    </form>
  );
}
