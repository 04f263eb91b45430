/** RFC 9457 problem details, as the engine sends them, and the error that carries one. */
export interface Problem {
  type: string;
  title: string;
  status: number;
  detail?: string;
  errors?: { detail: string; pointer?: string }[];
}

export class ProblemError extends Error {
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problemText(problem));
    this.name = "ProblemError";
    this.problem = problem;
  }
}

/** Whether the engine does not know who asks: nobody has signed in, or the session is over. */
export function isNobody(error: unknown): boolean {
  return error instanceof ProblemError && error.problem.status === 401;
}

/** The engine's own words: every single error when there are several, else the detail, else the title. */
export function problemText(problem: Problem): string {
  const details = [...new Set((problem.errors ?? []).map((error) => error.detail))];
  return details.length > 1 ? details.join("; ") : (problem.detail ?? details[0] ?? problem.title);
}

export async function readProblem(response: Response): Promise<Problem> {
  const fallback = {
    type: "about:blank",
    title: `The engine answered ${response.status} ${response.statusText}`.trim(),
    status: response.status,
  };
  if (!response.headers.get("content-type")?.includes("json")) return fallback;
  try {
    return { ...fallback, ...((await response.json()) as Partial<Problem>) };
  } catch {
    return fallback;
  }
}
