/** Everything that the engine found wrong with a file, each with its place. */
import { ProblemError } from "../../lib/problem";

export function ProblemList({ error }: { error: Error }) {
  const errors = error instanceof ProblemError ? (error.problem.errors ?? []) : [];
  if (errors.length < 2) {
    return (
      <p className="write-note refused" role="alert">
        {error.message}
      </p>
    );
  }
  return (
    <div className="panel problems" role="alert">
      <h2>{errors.length} problems</h2>
      <ol>
        {errors.map(({ detail, pointer }) => (
          <li key={`${pointer} ${detail}`}>
            {detail}
            {pointer && <code>{pointer}</code>}
          </li>
        ))}
      </ol>
    </div>
  );
}
