/** One's own account: who one is here, and another password. */
import { useState } from "react";
import { ErrorNote } from "../../app/ErrorNote";
import { useTitle } from "../../app/useTitle";
import { useMe } from "../../lib/queries";
import { Refused } from "./Refused";
import { useChangePassword } from "./signIn";

export function AccountPage() {
  useTitle("My account");
  const me = useMe();
  if (!me) return null;
  return (
    <>
      <h1>My account</h1>
      <section className="panel" aria-label="Who I am">
        <dl className="facts">
          <div>
            <dt>Name</dt>
            <dd>{me.name ?? "none given"}</dd>
          </div>
          <div>
            <dt>Role</dt>
            <dd>{me.role}</dd>
          </div>
          <div>
            <dt>Rights</dt>
            <dd>{me.rights.join(", ") || "none"}</dd>
          </div>
          <div>
            <dt>Simulations</dt>
            <dd>
              {me.supervises ? "sees and moves all" : "moves one's own and open ones, sees shared ones"}
            </dd>
          </div>
        </dl>
      </section>
      {me.name === null ? <Refused reason="Whoever gives no name has no password." /> : <ChangePassword />}
    </>
  );
}

function ChangePassword() {
  const [change, setChange] = useState({ old: "", new: "" });
  const { mutate, error, isPending } = useChangePassword();
  const field = (key: "old" | "new", title: string, complete: string) => (
    <label>
      {title}
      <input
        type="password"
        autoComplete={complete}
        value={change[key]}
        onChange={(event) => setChange({ ...change, [key]: event.target.value })}
      />
    </label>
  );
  return (
    <form
      className="panel row-form"
      aria-label="Change the password"
      onSubmit={(event) => {
        event.preventDefault();
        mutate(change);
      }}
    >
      {field("old", "Present password", "current-password")}
      {field("new", "New password", "new-password")}
      <button
        type="submit"
        className="command strong"
        disabled={isPending || change.old === "" || change.new === ""}
      >
        Change it
      </button>
      <p className="muted">All sign-ins of yours end, this one too.</p>
      <ErrorNote error={error} />
    </form>
  );
}
