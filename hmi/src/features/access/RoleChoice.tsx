/** Chooses a role. */
import type { Role } from "../../lib/schemas";

const ROLES: readonly [Role, string][] = [
  ["viewer", "viewer: looks"],
  ["operator", "operator: moves inputs, starts, stops"],
  ["engineer", "engineer: faults, parameters, models"],
  ["admin", "admin: users, machines"],
];

interface RoleChoiceProps {
  readonly id?: string;
  readonly label?: string;
  readonly role: Role;
  readonly disabled?: boolean;
  readonly change: (role: Role) => void;
}

export function RoleChoice({ id, label, role, disabled = false, change }: RoleChoiceProps) {
  return (
    <select
      id={id}
      aria-label={label}
      disabled={disabled}
      value={role}
      onChange={(event) => change(event.target.value as Role)}
    >
      {ROLES.map(([each, words]) => (
        <option key={each} value={each}>
          {words}
        </option>
      ))}
    </select>
  );
}
