/** API keys: made, shown once, revoked. */
import { useState } from "react";
import { ErrorNote } from "../../app/ErrorNote";
import { useTitle } from "../../app/useTitle";
import { useMe } from "../../lib/queries";
import type { Me } from "../../lib/schemas";
import { AddKey } from "./AddKey";
import { KeyTable } from "./KeyTable";
import { Refused } from "./Refused";
import { useKeys } from "./useKeys";

export function KeysPage() {
  useTitle("API keys");
  const me = useMe();
  return (
    <>
      <h1>API keys</h1>
      <p className="muted">
        For programs without a password. A key may do what its scopes and your role both allow, until it ends.
      </p>
      {me && me.name === null && <Refused reason="API keys belong to users with a name." />}
      {me && me.name !== null && <Keys me={me} />}
    </>
  );
}

function Keys({ me }: { me: Me }) {
  const [everybody, setEverybody] = useState(false);
  const { data, error } = useKeys(everybody, true);
  return (
    <>
      <AddKey rights={me.rights} />
      <section className="panel" aria-label="Keys">
        {me.rights.includes("administer") && (
          <label className="check">
            <input
              type="checkbox"
              checked={everybody}
              onChange={(event) => setEverybody(event.target.checked)}
            />
            Those of all users
          </label>
        )}
        <ErrorNote error={error} />
        {data && (data.length === 0 ? <p className="muted">None yet.</p> : <KeyTable keys={data} />)}
      </section>
    </>
  );
}
