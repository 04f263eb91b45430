/** Which OPC UA clients are trusted, and those that were refused and wait for a decision. */
import { useState } from "react";
import { ErrorNote } from "../../app/ErrorNote";
import { useTitle } from "../../app/useTitle";
import type { Certificate } from "../../lib/schemas";
import { Refused } from "../access/Refused";
import { useRefusal } from "../access/rights";
import { CertificateTable } from "./CertificateTable";
import { useCertificates, useTrustText } from "./useCertificates";

export function CertificatesPage() {
  useTitle("Certificates");
  const denied = useRefusal("administer");
  const { data, error } = useCertificates(denied === null);
  const waits = data?.filter((each) => each.folder === "rejected");
  const known = data?.filter((each) => each.folder !== "rejected");
  return (
    <>
      <h1>Certificates of OPC UA clients</h1>
      <p className="muted">
        A client that connects with a certificate nobody has trusted yet is refused and waits here. Compare
        the thumbprint with the one that the client shows. A decision counts at once, without a restart.
      </p>
      {denied && <Refused reason={denied} />}
      <ErrorNote error={error} />
      {waits && (
        <Group title="Refused, waiting for a decision" none="No client waits." certificates={waits} />
      )}
      {known && <Group title="Trusted" none="None yet." certificates={known} />}
      {denied === null && <TrustText />}
    </>
  );
}

interface GroupProps {
  readonly title: string;
  readonly none: string;
  readonly certificates: readonly Certificate[];
}

function Group({ title, none, certificates }: GroupProps) {
  return (
    <section className="panel" aria-label={title}>
      <h2>{title}</h2>
      {certificates.length === 0 ? (
        <p className="muted">{none}</p>
      ) : (
        <CertificateTable title={`${title}: table`} certificates={certificates} />
      )}
    </section>
  );
}

function TrustText() {
  const [pem, setPem] = useState("");
  const { mutate, data, error, isPending } = useTrustText();
  return (
    <form
      className="panel row-form"
      aria-label="Trust in advance"
      onSubmit={(event) => {
        event.preventDefault();
        mutate(pem, { onSuccess: () => setPem("") });
      }}
    >
      <label className="wide-field">
        A client, or an authority and with it all that it signs, as text (PEM)
        <textarea
          rows={3}
          spellCheck={false}
          maxLength={20_000}
          placeholder="-----BEGIN CERTIFICATE-----"
          value={pem}
          onChange={(event) => setPem(event.target.value)}
        />
      </label>
      <button type="submit" className="command strong" disabled={isPending || pem.trim() === ""}>
        Trust it
      </button>
      <ErrorNote error={error} />
      {data && <p role="status">{data.subject} is trusted.</p>}
    </form>
  );
}
