/** Makes the first administrator of a new engine, with the token that the engine printed when it started. */
import { useState } from "react";
import { Link, useNavigate } from "react-router";
import { ErrorNote } from "../../app/ErrorNote";
import { useTitle } from "../../app/useTitle";
import { CredentialFields } from "./CredentialFields";
import { type SetUp, useSetUp, useSetUpNeeded } from "./signIn";

export function SetUpPage() {
  useTitle("Set up");
  return useSetUpNeeded() === false ? <SetUpAlready /> : <SetUpForm />;
}

function SetUpAlready() {
  return (
    <section className="panel access" aria-label="Set up">
      <h1>Already set up</h1>
      <p>
        This engine has an administrator, who makes all other accounts. <Link to="/sign-in">Sign in</Link>.
      </p>
    </section>
  );
}

function SetUpForm() {
  const navigate = useNavigate();
  const [given, setGiven] = useState<SetUp>({ token: "", name: "", password: "" });
  const { mutate, error, isPending } = useSetUp();
  return (
    <section className="panel access" aria-label="Set up">
      <h1>The first administrator</h1>
      <p className="muted">
        A new engine prints a set-up token when it starts, on its own machine. It counts once.
      </p>
      <form
        className="access-form"
        onSubmit={(event) => {
          event.preventDefault();
          mutate(given, { onSuccess: () => void navigate("/access/users") });
        }}
      >
        <label>
          Set-up token
          <input
            autoComplete="off"
            spellCheck={false}
            maxLength={100}
            required
            value={given.token}
            onChange={(event) => setGiven({ ...given, token: event.target.value.trim() })}
          />
        </label>
        <CredentialFields value={given} change={(part) => setGiven({ ...given, ...part })} fresh />
        <button
          type="submit"
          className="command strong"
          disabled={isPending || !given.token || !given.name || !given.password}
        >
          Make the administrator
        </button>
        <ErrorNote error={error} />
      </form>
    </section>
  );
}
