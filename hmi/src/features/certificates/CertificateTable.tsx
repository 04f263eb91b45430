/** Certificates of OPC UA clients in a table, with what an administrator decides about them. */
import { ConfirmButton } from "../../app/ConfirmButton";
import { ErrorNote } from "../../app/ErrorNote";
import { formatMoment } from "../../lib/format";
import type { Certificate } from "../../lib/schemas";
import { useDecide } from "./useCertificates";

interface CertificateTableProps {
  readonly title: string;
  readonly certificates: readonly Certificate[];
}

export function CertificateTable({ title, certificates }: CertificateTableProps) {
  const { mutate, error, isPending } = useDecide();
  return (
    <>
      <ErrorNote error={error} />
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a wide table scrolls sideways, also by keyboard */}
      <section className="table-scroll" tabIndex={0} aria-label={title}>
        <table>
          <thead>
            <tr>
              <th scope="col">Client</th>
              <th scope="col">Application URI</th>
              <th scope="col">Thumbprint (SHA-256)</th>
              <th scope="col">Valid until</th>
              <th scope="col">Decision</th>
            </tr>
          </thead>
          <tbody>
            {certificates.map((each) => (
              <tr key={each.thumbprint} data-certificate={each.thumbprint}>
                <th scope="row">{each.subject}</th>
                <td>{each.application_uri || "none"}</td>
                <td>
                  <code className="thumbprint">{inGroups(each.thumbprint)}</code>
                </td>
                <td>{formatMoment(each.valid_until)}</td>
                <td>
                  {each.folder === "rejected" && (
                    <button
                      type="button"
                      className="command"
                      disabled={isPending}
                      aria-label={`Trust ${each.subject}`}
                      onClick={() => mutate({ thumbprint: each.thumbprint, order: "trust" })}
                    >
                      Trust
                    </button>
                  )}
                  {each.folder === "trusted" && (
                    <ConfirmButton
                      title="Reject"
                      label={`Reject ${each.subject}`}
                      question="Trust it no longer?"
                      disabled={isPending}
                      act={() => mutate({ thumbprint: each.thumbprint, order: "reject" })}
                    />
                  )}
                  {each.folder === "issuers" && "known, not trusted by itself"}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </>
  );
}

/** A thumbprint as people compare it: eight digits at a time. */
export function inGroups(thumbprint: string): string {
  return thumbprint.match(/.{1,8}/g)?.join(" ") ?? "";
}
