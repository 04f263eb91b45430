/** What became of a write: on its way, accepted and not yet echoed, or refused in the engine's words. */
import type { Write } from "../../tags/writes";

export function WriteNote({ write, shown }: { write: Write | undefined; shown: string }) {
  if (!write) return null;
  if (write.state === "refused") {
    return (
      <p className="write-note refused" role="alert">
        {write.problem}
      </p>
    );
  }
  return (
    <p className="write-note" role="status">
      {write.state === "sending" ? `Sending ${shown} …` : `${shown} accepted, waiting for its echo …`}
    </p>
  );
}
