/** The engine's words when it refused. */
export function ErrorNote({ error }: { error: Error | null }) {
  if (!error) return null;
  return (
    <p className="write-note refused" role="alert">
      {error.message}
    </p>
  );
}
