/** Who did or tried what: searched, read page by page, kept as a table. */
import { useSearchParams } from "react-router";
import { ErrorNote } from "../../app/ErrorNote";
import { useTitle } from "../../app/useTitle";
import { Refused } from "../access/Refused";
import { useRefusal } from "../access/rights";
import { AuditSearch } from "./AuditSearch";
import { AuditTable } from "./AuditTable";
import { FILTERS, type Filters, useAudit, useAuditTable } from "./useAudit";

export function AuditPage() {
  useTitle("Audit");
  const denied = useRefusal("engineer");
  const [params, setParams] = useSearchParams();
  const filters: Filters = Object.fromEntries(
    FILTERS.flatMap((name) => (params.get(name) ? [[name, params.get(name)]] : [])),
  );
  const { data, error, hasNextPage, fetchNextPage, isFetching, refetch } = useAudit(filters, denied === null);
  const table = useAuditTable();
  const entries = data?.pages.flatMap((page) => page.entries) ?? [];
  if (denied)
    return (
      <>
        <h1>Audit</h1>
        <Refused reason={denied} />
      </>
    );
  return (
    <>
      <header className="welcome-head">
        <div>
          <h1>Audit</h1>
          <p className="muted">
            Every action, command, order, sign-in and refusal, at every door; the newest first.
          </p>
        </div>
        <button type="button" className="command" disabled={isFetching} onClick={() => void refetch()}>
          Read again
        </button>
        <button
          type="button"
          className="command"
          disabled={table.isPending}
          onClick={() => table.mutate(filters)}
        >
          Save as CSV
        </button>
      </header>
      <AuditSearch key={params.toString()} filters={filters} search={(wanted) => setParams(wanted)} />
      <ErrorNote error={error ?? table.error} />
      <section className="panel" aria-label="Entries">
        {data && entries.length === 0 ? <p>Nothing fits.</p> : <AuditTable entries={entries} />}
        {hasNextPage && (
          <button
            type="button"
            className="command"
            disabled={isFetching}
            onClick={() => void fetchNextPage()}
          >
            Older ones
          </button>
        )}
      </section>
    </>
  );
}
