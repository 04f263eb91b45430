/** The first page: every model with its picture, what runs of it, and Start. */
import { useState } from "react";
import { Link } from "react-router";
import { useTitle } from "../../app/useTitle";
import { useModels, useSimulations } from "../../lib/queries";
import type { Simulation } from "../../lib/schemas";
import type { ModelSpec } from "../../tags/model";
import { FAMILIES, FAMILY_NAMES, type Family, familyOf } from "./family";
import { ModelCard } from "./ModelCard";

export function WelcomePage() {
  useTitle("Models");
  const models = useModels();
  const simulations = useSimulations();
  const [wanted, setWanted] = useState("");
  const [family, setFamily] = useState<Family | "all">("all");
  const found = (models.data ?? []).filter((model) => fits(model, wanted));
  const error = models.error ?? simulations.error;
  return (
    <div className="column wide">
      <header className="welcome-head">
        <div>
          <h1>Process models</h1>
          <p className="muted">Choose a process, start it, and operate it here or from any OPC UA client.</p>
        </div>
        <input
          type="text"
          className="model-search"
          aria-label="Find a model"
          placeholder="Find a model …"
          value={wanted}
          onChange={(event) => setWanted(event.target.value)}
        />
        <FamilySwitch models={found} chosen={family} choose={setFamily} />
        <Link to="/own-models" className="command">
          Bring your own model
        </Link>
      </header>
      {error && (
        <p className="write-note refused" role="alert">
          {error.message}
        </p>
      )}
      {FAMILIES.filter((each) => family === "all" || family === each).map((each) => (
        <FamilyGroup
          key={each}
          family={each}
          models={found.filter((model) => familyOf(model) === each)}
          simulations={simulations.data ?? []}
        />
      ))}
      {models.data && found.length === 0 && <p className="waiting">No model fits “{wanted}”.</p>}
    </div>
  );
}

/** Every word that is wanted is in the name, the description or the id. */
function fits({ id, name, description }: ModelSpec, wanted: string): boolean {
  const text = `${id} ${name} ${description}`.toLowerCase();
  return wanted
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}

interface FamilySwitchProps {
  readonly models: readonly ModelSpec[];
  readonly chosen: Family | "all";
  readonly choose: (family: Family | "all") => void;
}

function FamilySwitch({ models, chosen, choose }: FamilySwitchProps) {
  const count = (family: Family | "all") =>
    family === "all" ? models.length : models.filter((model) => familyOf(model) === family).length;
  return (
    <fieldset className="switch">
      <legend>Kind of model</legend>
      {(["all", ...FAMILIES] as const).map((each) => (
        <label key={each} className={each === chosen ? "chosen" : ""}>
          <input type="radio" name="family" checked={each === chosen} onChange={() => choose(each)} />
          {each.charAt(0).toUpperCase() + each.slice(1)} {count(each)}
        </label>
      ))}
    </fieldset>
  );
}

interface FamilyGroupProps {
  readonly family: Family;
  readonly models: readonly ModelSpec[];
  readonly simulations: readonly Simulation[];
}

function FamilyGroup({ family, models, simulations }: FamilyGroupProps) {
  if (models.length === 0) return null;
  return (
    <section aria-label={FAMILY_NAMES[family]}>
      <h2>{FAMILY_NAMES[family]}</h2>
      <ul className="cards">
        {models.map((model) => (
          <ModelCard
            key={model.id}
            model={model}
            simulations={simulations.filter((simulation) => simulation.model_id === model.id)}
          />
        ))}
      </ul>
    </section>
  );
}
