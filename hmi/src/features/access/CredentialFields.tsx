/** The fields for a name and a password. */
import type { Credentials } from "./signIn";

interface CredentialFieldsProps {
  readonly value: Credentials;
  readonly change: (value: Credentials) => void;
  readonly fresh?: boolean;
}

export function CredentialFields({ value, change, fresh = false }: CredentialFieldsProps) {
  return (
    <>
      <label>
        Name
        <input
          name="username"
          autoComplete="username"
          autoCapitalize="none"
          maxLength={100}
          required
          value={value.name}
          onChange={(event) => change({ ...value, name: event.target.value })}
        />
      </label>
      <label>
        Password
        <input
          type="password"
          name="password"
          autoComplete={fresh ? "new-password" : "current-password"}
          required
          value={value.password}
          onChange={(event) => change({ ...value, password: event.target.value })}
        />
      </label>
    </>
  );
}
