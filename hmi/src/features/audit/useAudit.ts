/** The audit by REST, page by page, and as a table to keep. */
import { useInfiniteQuery, useMutation } from "@tanstack/react-query";
import { get, getCsv } from "../../lib/rest";
import { saveFile } from "../../lib/save";
import type { AuditEntry } from "../../lib/schemas";

export const FILTERS = ["sim_id", "user", "what", "door", "outcome", "text"] as const;
export type Filters = Partial<Record<(typeof FILTERS)[number], string>>;

const PAGE = 100;
const MOST = 10_000;

interface AuditPage {
  readonly entries: AuditEntry[];
  readonly next: number | null;
}

function path(filters: Filters, limit: number, before: number | null): string {
  const query = new URLSearchParams({ ...filters, limit: String(limit) });
  if (before !== null) query.set("before", String(before));
  return `api/audit?${query}`;
}

export function useAudit(filters: Filters, enabled: boolean) {
  return useInfiniteQuery({
    queryKey: ["audit", filters],
    queryFn: ({ pageParam, signal }) => get<AuditPage>(path(filters, PAGE, pageParam), signal),
    initialPageParam: null as number | null,
    getNextPageParam: (page) => page.next,
    enabled,
  });
}

export function useAuditTable() {
  return useMutation({
    mutationFn: async (filters: Filters) => saveFile(await getCsv(path(filters, MOST, null)), "audit.csv"),
  });
}
