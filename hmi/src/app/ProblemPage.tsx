/** A page that cannot be shown, and why. */
import { Link } from "react-router";

export function ProblemPage({ error }: { error: Error }) {
  return (
    <div className="column" role="alert">
      <h1>This page cannot be shown</h1>
      <p>{error.message}</p>
      <p>
        <Link to="/">To the models</Link>
      </p>
    </div>
  );
}
