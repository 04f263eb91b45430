/** The engine's description of a model as the pages use it: tags by name. */
import type { ModelAnswer } from "../lib/schemas";
import type { ModelSpec, Role, TagSpec } from "./model";

export function readModel(answer: ModelAnswer): ModelSpec {
  const { id, name, description, sources, loops, kind, exercises, documentation } = answer;
  return {
    id,
    name,
    description,
    sources,
    kind,
    exercises,
    documentation,
    tags: Object.fromEntries(answer.tags.map(readTag)),
    loops: loops.map(({ controlled, manipulated }) => ({ controlled, manipulated })),
    starts: answer.starts.map((start) => ({ name: start.name, description: start.description })),
    interlocks: answer.interlocks.map((lock) => ({
      name: lock.name,
      description: lock.description,
      forces: Object.keys(lock.forces),
    })),
  };
}

function readTag({ name, ...spec }: ModelAnswer["tags"][number]): [string, TagSpec] {
  return [name, { ...spec, role: spec.role as Role }];
}
