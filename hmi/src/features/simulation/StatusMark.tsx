/** The state of a simulation as a word with a shape; colour only where something failed. */
import type { Status } from "../../lib/schemas";

const SHAPES: Readonly<Record<Status, string>> = {
  pending: "○",
  queued: "○",
  running: "▶",
  paused: "❚❚",
  finished: "■",
  stopped: "■",
  failed: "✕",
  timed_out: "✕",
};

export function StatusMark({ status }: { status: Status }) {
  return (
    <span className={`status status-${status}`} data-status={status}>
      <span aria-hidden="true">{SHAPES[status]}</span> {status.replace("_", " ").toUpperCase()}
    </span>
  );
}
