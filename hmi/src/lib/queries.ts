/** What the pages ask the engine for by REST; live values never pass through here. */
import { MutationCache, QueryCache, QueryClient, useQuery } from "@tanstack/react-query";
import { readModel } from "../tags/modelAnswer";
import { isNobody, ProblemError } from "./problem";
import { get } from "./rest";
import type { History, Me, ModelAnswer, Simulation, System } from "./schemas";

const REFRESH_MS = 5_000;
const ME_MS = 30_000;
export const ME = "me";

/** Too slow or too often: asking again later helps. */
const PASSING = new Set([408, 429]);

/** A refusal that asking again will not change. */
function isFinal(error: Error): boolean {
  if (!(error instanceof ProblemError)) return false;
  const { status } = error.problem;
  return status >= 400 && status < 500 && !PASSING.has(status);
}

export const queryClient = new QueryClient({
  queryCache: new QueryCache({ onError: noticeRefusal }),
  mutationCache: new MutationCache({ onError: noticeRefusal }),
  defaultOptions: {
    queries: { staleTime: 1_000, retry: (count, error) => count < 2 && !isFinal(error) },
    mutations: { networkMode: "always" },
  },
});

/** Who uses these pages, or did until `refused` tells why nobody does any more. */
export interface Session {
  readonly me: Me | null;
  readonly refused: string | null;
}

async function readSession(signal: AbortSignal): Promise<Session> {
  try {
    return { me: await get<Me>("api/me", signal), refused: null };
  } catch (error) {
    if (!isNobody(error)) throw error;
    return { me: queryClient.getQueryData<Session>([ME])?.me ?? null, refused: (error as Error).message };
  }
}

export function useSession() {
  return useQuery({
    queryKey: [ME],
    queryFn: ({ signal }) => readSession(signal),
    refetchInterval: ME_MS,
  });
}

/** Undefined until the engine has said who this is. */
export function useMe(): Me | undefined {
  return useSession().data?.me ?? undefined;
}

export function askWho(): void {
  void queryClient.invalidateQueries({ queryKey: [ME] });
}

/** After a refusal for want of a name: whether the session is over is told by asking who this is. */
export function noticeRefusal(error: unknown): void {
  if (isNobody(error)) askWho();
}

/** Models change only when a user brings or takes away one. */
const MODELS_MS = 60_000;

export function useModels() {
  return useQuery({
    queryKey: ["models"],
    queryFn: async ({ signal }) => {
      const { models } = await get<{ models: ModelAnswer[] }>("api/models/", signal);
      return models.map(readModel);
    },
    staleTime: MODELS_MS,
  });
}

/** One model; undefined `id` waits. */
export function useModel(id: string | undefined) {
  return useQuery({
    queryKey: ["models", id],
    queryFn: async ({ signal }) =>
      readModel(await get<ModelAnswer>(`api/models/${encodeURIComponent(id ?? "")}`, signal)),
    enabled: id !== undefined,
    staleTime: MODELS_MS,
    initialData: () =>
      queryClient.getQueryData<ReturnType<typeof readModel>[]>(["models"])?.find((model) => model.id === id),
  });
}

export function useSimulations() {
  return useQuery({
    queryKey: ["sims"],
    queryFn: ({ signal }) => get<{ simulations: Simulation[] }>("api/sims/all", signal),
    select: (answer) => answer.simulations,
    refetchInterval: REFRESH_MS,
  });
}

export function useSimulation(simId: string) {
  return useQuery({
    queryKey: ["sim", simId],
    queryFn: ({ signal }) => get<Simulation>(`api/sims/${encodeURIComponent(simId)}`, signal),
    refetchInterval: REFRESH_MS,
  });
}

export function useSystem() {
  return useQuery({
    queryKey: ["system"],
    queryFn: ({ signal }) => get<System>("api/system", signal),
    refetchInterval: REFRESH_MS,
  });
}

export interface HistoryRange {
  start: number | null;
  points: number;
}

/** Answers the record of these tags from `start` (epoch ms, null = from the beginning) until now. */
export function readHistory(
  simId: string,
  tags: readonly string[],
  range: HistoryRange,
  signal?: AbortSignal,
) {
  const query = new URLSearchParams({ tags: tags.join(","), points: String(range.points) });
  if (range.start !== null) query.set("start", new Date(range.start).toISOString());
  return get<History>(`api/sims/${encodeURIComponent(simId)}/history?${query}`, signal);
}

const ALARMS_MS = 500;
let alarmsAsked: ReturnType<typeof setTimeout> | undefined;

/** After an event of an alarm: the lists are asked for again, at most twice a second. */
export function refreshAlarms(): void {
  if (alarmsAsked !== undefined) return;
  alarmsAsked = setTimeout(() => {
    alarmsAsked = undefined;
    void queryClient.invalidateQueries({ queryKey: ["alarms"] });
  }, ALARMS_MS);
}

/** After a command or a lifecycle event: every list and record is asked for again. */
export function refreshRecords(): void {
  for (const key of ["sims", "sim", "system"]) void queryClient.invalidateQueries({ queryKey: [key] });
}
