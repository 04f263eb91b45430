/** Tags of several simulations in one trend; what it shows is in its address. */
import { useSearchParams } from "react-router";
import { useTitle } from "../../app/useTitle";
import { useModels, useSimulations } from "../../lib/queries";
import { splitName } from "../../tags/liveStore";
import { type TagSpec, tagSpec, tagTitle } from "../../tags/model";
import { PENS } from "./pens";
import { RangeSwitch } from "./RangeSwitch";
import { RANGES } from "./ranges";
import { TrendChart } from "./TrendChart";
import { TrendLegend } from "./TrendLegend";
import { TrendTagForm } from "./TrendTagForm";
import { readTrends, trendsQuery } from "./trendsAddress";
import { useTrends } from "./useTrends";

export function TrendsPage() {
  useTitle("Trends");
  const [query, setQuery] = useSearchParams();
  const { names, range } = readTrends(query);
  const shown = names.slice(0, PENS.length);
  const windowMs = RANGES.find(({ id }) => id === range)?.windowMs ?? null;
  const { lines, end, problem } = useTrends(shown, windowMs);
  const specOf = useSpecs();
  const pens = shown.map((name) => {
    const { unit, digits } = specOf(name);
    return { title: titleOf(name), scale: `unit ${unit}`, axis: unit || "no unit", digits };
  });
  const show = (tags: readonly string[], wanted = range) =>
    setQuery(trendsQuery(tags, wanted), { replace: true });
  return (
    <div className="trends">
      <header className="welcome-head">
        <div>
          <h1>Trends</h1>
          <p className="muted">
            Up to {PENS.length} tags of any simulations; the address keeps what is shown.
          </p>
        </div>
        <RangeSwitch chosen={range} choose={(id) => show(shown, id)} />
      </header>
      <TrendTagForm
        chosen={shown}
        full={shown.length >= PENS.length}
        add={(name) => show([...shown, name])}
      />
      {problem && (
        <p className="write-note refused" role="alert">
          The record cannot be read: {problem}
        </p>
      )}
      <section className="panel trend" aria-label="Trend">
        <div className="pens">
          {shown.map((name, index) => (
            <TrendLegend
              key={name}
              name={name}
              spec={specOf(name)}
              index={index}
              remove={() => show(shown.filter((other) => other !== name))}
            />
          ))}
        </div>
        {shown.length === 0 ? (
          <p className="waiting">Choose a simulation and a tag.</p>
        ) : (
          <TrendChart pens={pens} lines={lines} end={end} windowMs={windowMs} />
        )}
      </section>
    </div>
  );
}

function titleOf(name: string): string {
  const [simId, tag] = splitName(name);
  return `${simId} ${tagTitle(tag)}`;
}

/** Finds what the model of a tag's simulation declares of it. */
function useSpecs(): (name: string) => TagSpec {
  const models = useModels().data ?? [];
  const simulations = useSimulations().data ?? [];
  return (name) => {
    const [simId, tag] = splitName(name);
    const modelId = simulations.find((each) => each.sim_id === simId)?.model_id;
    const model = models.find(({ id }) => id === modelId);
    return tagSpec(model ?? { tags: {} }, tag);
  };
}
