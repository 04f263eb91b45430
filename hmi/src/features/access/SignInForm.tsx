/** Name and password; the engine's words when it does not let in. */
import { type ReactNode, useState } from "react";
import { ErrorNote } from "../../app/ErrorNote";
import { CredentialFields } from "./CredentialFields";
import { type Credentials, useSignIn } from "./signIn";

interface SignInFormProps {
  /** Known already when a session is over. */
  readonly name?: string;
  readonly then?: () => void;
  readonly children?: ReactNode;
}

export function SignInForm({ name = "", then, children }: SignInFormProps) {
  const [given, setGiven] = useState<Credentials>({ name, password: "" });
  const { mutate, error, isPending } = useSignIn();
  return (
    <form
      className="access-form"
      onSubmit={(event) => {
        event.preventDefault();
        mutate(given, then ? { onSuccess: then } : {});
      }}
    >
      <CredentialFields value={given} change={setGiven} />
      <button type="submit" className="command strong" disabled={isPending || !given.name || !given.password}>
        {isPending ? "Signing in …" : "Sign in"}
      </button>
      <ErrorNote error={error} />
      {children}
    </form>
  );
}
