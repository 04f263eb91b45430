/** Who uses these pages, in the head of each, and the way in or out. */
import { Link } from "react-router";
import { useSession } from "../../lib/queries";
import { useSignOut } from "./signIn";

export function SessionMenu() {
  const { data } = useSession();
  const { mutate, isPending } = useSignOut();
  const me = data?.me;
  if (!me || data.refused !== null) return null;
  return (
    <span className="session">
      <span className="session-who">
        {me.name && <b>{me.name}</b>} {me.role}
      </span>
      {me.name === null ? (
        <Link to="/sign-in" className="command quiet">
          Sign in
        </Link>
      ) : (
        <button type="button" className="command quiet" disabled={isPending} onClick={() => mutate()}>
          Sign out
        </button>
      )}
    </span>
  );
}
