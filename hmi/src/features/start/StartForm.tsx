/** Starts a simulation of a model: name, start state, duration, speed, seed and values from the start. */
import { useState } from "react";
import type { ModelSpec } from "../../tags/model";
import { useRefusal } from "../access/rights";
import { SpeedChoice } from "../simulation/SpeedChoice";
import { FirstValues } from "./FirstValues";
import { type StartState, startOptions, startProblems, USUAL } from "./startState";
import { useStart } from "./useStart";

export function StartForm({ model }: { model: ModelSpec }) {
  const [state, setState] = useState<StartState>(USUAL);
  const { mutate, error, isPending } = useStart(model.id);
  const problems = startProblems(state);
  const denied = useRefusal("operate");
  const change = (part: Partial<StartState>) => setState((before) => ({ ...before, ...part }));
  const text = (key: "name" | "hours" | "seed") => ({
    value: state[key],
    onChange: (event: React.ChangeEvent<HTMLInputElement>) => change({ [key]: event.target.value }),
  });
  return (
    <form
      className="start-form"
      onSubmit={(event) => {
        event.preventDefault();
        if (problems.length === 0) mutate(startOptions(state));
      }}
    >
      <label>
        Name
        <input maxLength={100} placeholder="optional" {...text("name")} />
      </label>
      <StartChoice model={model} chosen={state.start} choose={(start) => change({ start })} />
      <label>
        Duration, simulated hours
        <input inputMode="decimal" {...text("hours")} />
      </label>
      <label htmlFor={`speed-${model.id}`}>
        Speed
        <SpeedChoice id={`speed-${model.id}`} speed={state.speed} change={(speed) => change({ speed })} />
      </label>
      <details className="more">
        <summary>Seed and first values</summary>
        <label>
          Seed
          <input inputMode="numeric" placeholder="drawn by the engine" {...text("seed")} />
        </label>
        <FirstValues model={model} values={state.inputs} change={(inputs) => change({ inputs })} />
      </details>
      <button
        type="submit"
        className="command strong"
        disabled={problems.length > 0 || isPending || denied !== null}
      >
        {isPending ? "Starting …" : "Start simulation"}
      </button>
      {denied && <p className="muted">{denied}</p>}
      {[...problems, ...(error ? [error.message] : [])].map((problem) => (
        <p className="write-note refused" role="alert" key={problem}>
          {problem}
        </p>
      ))}
    </form>
  );
}

interface StartChoiceProps {
  readonly model: ModelSpec;
  readonly chosen: string;
  readonly choose: (start: string) => void;
}

function StartChoice({ model: { id, starts }, chosen, choose }: StartChoiceProps) {
  if (starts.length < 2) return null;
  const told = starts.find((start) => start.name === (chosen || starts[0]?.name))?.description;
  return (
    <>
      <label htmlFor={`from-${id}`}>
        Start from
        <select id={`from-${id}`} value={chosen} onChange={(event) => choose(event.target.value)}>
          {starts.map(({ name }, index) => (
            <option key={name} value={index === 0 ? "" : name}>
              {name.replaceAll("_", " ")}
            </option>
          ))}
        </select>
      </label>
      {told && <p className="muted">{told}</p>}
    </>
  );
}
