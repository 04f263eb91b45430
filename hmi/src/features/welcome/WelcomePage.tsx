/** The first page: every model with its picture, what runs of it, and Start. */
import { useTitle } from "../../app/useTitle";
import { useSimulations } from "../../lib/queries";
import { MODEL_IDS } from "../../tags/model";
import { ModelCard } from "./ModelCard";

export function WelcomePage() {
  useTitle("Models");
  const { data, error } = useSimulations();
  return (
    <div className="column">
      <header className="welcome-head">
        <h1>Process models</h1>
        <p className="muted">Choose a process, start it, and operate it here or from any OPC UA client.</p>
      </header>
      {error && (
        <p className="write-note refused" role="alert">
          {error.message}
        </p>
      )}
      <ul className="cards">
        {MODEL_IDS.map((model) => (
          <ModelCard
            key={model}
            model={model}
            simulations={(data ?? []).filter((simulation) => simulation.model_id === model)}
          />
        ))}
      </ul>
    </div>
  );
}
