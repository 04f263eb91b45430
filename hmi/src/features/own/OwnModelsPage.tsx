/** Own models: brought as a file or written here, listed, taken away. */
import { useState } from "react";
import { Link } from "react-router";
import { useTitle } from "../../app/useTitle";
import { useModels } from "../../lib/queries";
import { useRefusal } from "../access/rights";
import { familyOf } from "../welcome/family";
import { OwnModelRow } from "./OwnModelRow";
import { ProblemList } from "./ProblemList";
import { TEMPLATE } from "./template";
import { useAddModel } from "./useOwnModels";

export function OwnModelsPage() {
  useTitle("Own models");
  const { mutate, data, error, isPending, variables } = useAddModel();
  const denied = useRefusal("engineer");
  const busy = isPending || denied !== null;
  const add = (name: string, content: Blob) => mutate({ name, content });
  return (
    <div className="column">
      <h1>Own models</h1>
      <p>
        Bring a model as a file: transfer functions or state space in YAML or JSON, or an FMU (FMI 2 or 3). It
        is checked as a whole, gets a page, an OPC UA type and alarms like every other, and can be started at
        once.
      </p>
      {denied && <p className="panel denied">{denied}</p>}
      <FileEntry busy={busy} add={add} />
      <TextEntry busy={busy} add={add} />
      <div aria-live="polite">
        {isPending && <p>Checking {variables.name} …</p>}
        {data && (
          <p className="panel">
            <b>{data.name}</b> is ready: <Link to={`/models/${data.id}`}>open it</Link>.
          </p>
        )}
        {error && <ProblemList error={error} />}
      </div>
      <OwnList />
    </div>
  );
}

interface EntryProps {
  readonly busy: boolean;
  readonly add: (name: string, content: Blob) => void;
}

function FileEntry({ busy, add }: EntryProps) {
  const [over, setOver] = useState(false);
  const take = (file: File | undefined) => file && !busy && add(file.name, file);
  return (
    <label
      className={over ? "panel drop over" : "panel drop"}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        take(event.dataTransfer.files[0]);
      }}
    >
      <span>Choose a file (.yaml, .json, .fmu) or drop it here</span>
      <input
        type="file"
        accept=".yaml,.yml,.json,.fmu"
        disabled={busy}
        onChange={(event) => {
          take(event.target.files?.[0]);
          event.target.value = "";
        }}
      />
    </label>
  );
}

function TextEntry({ busy, add }: EntryProps) {
  const [text, setText] = useState(TEMPLATE);
  return (
    <details className="panel">
      <summary>Or write it here</summary>
      <textarea
        className="model-text"
        aria-label="The model in YAML"
        spellCheck={false}
        rows={18}
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
      <button
        type="button"
        className="command strong"
        disabled={busy || text.trim() === ""}
        onClick={() => add("model.yaml", new Blob([text]))}
      >
        Check and add
      </button>
    </details>
  );
}

function OwnList() {
  const { data } = useModels();
  const own = (data ?? []).filter((model) => familyOf(model) === "own");
  return (
    <section className="panel" aria-label="Own models">
      <h2>What there is</h2>
      {own.length === 0 ? (
        <p className="muted">No own models yet.</p>
      ) : (
        <ul className="own-models">
          {own.map((model) => (
            <OwnModelRow key={model.id} model={model} />
          ))}
        </ul>
      )}
    </section>
  );
}
