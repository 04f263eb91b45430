/** A page that is not for this user, with the reason and the way in. */
import { Link } from "react-router";

export function Refused({ reason }: { reason: string }) {
  return (
    <div className="panel denied" role="note">
      {reason} <Link to="/sign-in">Sign in as somebody else</Link>
    </div>
  );
}
