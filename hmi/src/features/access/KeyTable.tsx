/** API keys in a table, without their secrets. */
import { ConfirmButton } from "../../app/ConfirmButton";
import { ErrorNote } from "../../app/ErrorNote";
import { formatMoment } from "../../lib/format";
import type { Key } from "../../lib/schemas";
import { useRevokeKey } from "./useKeys";

export function KeyTable({ keys }: { keys: readonly Key[] }) {
  const { mutate, error, isPending } = useRevokeKey();
  return (
    <>
      <ErrorNote error={error} />
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a wide table scrolls sideways, also by keyboard */}
      <section className="table-scroll" tabIndex={0} aria-label="Table of API keys">
        <table>
          <thead>
            <tr>
              <th scope="col">Label</th>
              <th scope="col">User</th>
              <th scope="col">Scopes</th>
              <th scope="col">Made</th>
              <th scope="col">Ends</th>
              <th scope="col">State</th>
            </tr>
          </thead>
          <tbody>
            {keys.map((key) => (
              <tr key={key.id} data-key={key.label} className={stateOf(key) === "valid" ? "" : "fault-ended"}>
                <th scope="row">{key.label}</th>
                <td>{key.user}</td>
                <td>{key.scopes.join(", ")}</td>
                <td>{formatMoment(key.created_at)}</td>
                <td>{formatMoment(key.expires_at)}</td>
                <td>
                  {stateOf(key) === "valid" ? (
                    <ConfirmButton
                      title="Revoke"
                      label={`Revoke ${key.label}`}
                      question="Revoke it?"
                      disabled={isPending}
                      act={() => mutate(key.id)}
                    />
                  ) : (
                    stateOf(key)
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </>
  );
}

function stateOf({ revoked, expires_at }: Key): "valid" | "revoked" | "over" {
  if (revoked) return "revoked";
  return Date.parse(expires_at) > Date.now() ? "valid" : "over";
}
