/** The engine's description of a model as the pages use it: tags by name. */
import type { ModelAnswer } from "../lib/schemas";
import type { LoopSpec, ModelSpec, Role, StartSpec, TagSpec } from "./model";

/** Fields that an engine may leave out. */
interface Extra {
  readonly starts?: readonly (StartSpec | string)[] | null;
  readonly interlocks?: readonly {
    readonly name: string;
    readonly description: string;
    readonly forces: Readonly<Record<string, number>>;
  }[];
  readonly kind?: string | null;
  readonly exercises?: readonly string[] | null;
  readonly documentation?: string | null;
}

export function readModel(answer: ModelAnswer & Extra): ModelSpec {
  const { id, name, description, sources, loops } = answer;
  return {
    id,
    name,
    description,
    sources,
    tags: Object.fromEntries(answer.tags.map(readTag)),
    loops: loops.map(({ controlled, manipulated }): LoopSpec => ({ controlled, manipulated })),
    interlocks: (answer.interlocks ?? []).map(({ name, description, forces }) => ({
      name,
      description,
      forces: Object.keys(forces),
    })),
    starts: (answer.starts ?? []).map((start) =>
      typeof start === "string" ? { name: start, description: "" } : start,
    ),
    kind: answer.kind ?? "",
    exercises: answer.exercises ?? [],
    documentation: answer.documentation ?? "",
  };
}

function readTag({ name, ...spec }: ModelAnswer["tags"][number]): [string, TagSpec] {
  return [name, { ...spec, role: spec.role as Role }];
}
