/** The sign-in page, shown in place of every other while the engine does not know who asks. */
import { Link, useNavigate } from "react-router";
import { useTitle } from "../../app/useTitle";
import { SignInForm } from "./SignInForm";
import { useSetUpNeeded } from "./signIn";

export function SignInPage({ then }: { then?: () => void }) {
  useTitle("Sign in");
  const needed = useSetUpNeeded();
  return (
    <section className="panel access" aria-label="Sign in">
      <h1>Sign in</h1>
      <SignInForm {...(then ? { then } : {})}>
        <p className="muted">
          {needed ? (
            <>
              There is no administrator yet: <Link to="/set-up">set up the first administrator</Link>.
            </>
          ) : (
            "No account yet? An administrator makes it."
          )}
        </p>
      </SignInForm>
    </section>
  );
}

/** The same at an address of its own, for who may look around without a name. */
export function SignInRoute() {
  const navigate = useNavigate();
  return <SignInPage then={() => void navigate("/")} />;
}
