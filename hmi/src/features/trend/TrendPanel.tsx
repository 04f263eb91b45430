/** The trend of a simulation: which tags, which range, the record and what comes live. */
import { type ReactNode, useState } from "react";
import { Link } from "react-router";
import { tagSpec, tagTitle } from "../../tags/model";
import { usePlant } from "../../tags/plant";
import type { PageSpec } from "../graphics/pageSpec";
import { PenPicker } from "./PenPicker";
import { PENS } from "./pens";
import { RangeSwitch } from "./RangeSwitch";
import { RANGES } from "./ranges";
import { TrendChart } from "./TrendChart";
import { trendsAddress } from "./trendsAddress";
import { useTrend } from "./useTrend";

interface TrendPanelProps {
  readonly page: PageSpec;
  readonly simId: string;
  readonly grafana: string | null;
  /** What stands at the head of the panel. */
  readonly head: ReactNode;
}

export function TrendPanel({ page, simId, grafana, head }: TrendPanelProps) {
  const { model } = usePlant();
  const [tags, setTags] = useState<readonly string[]>(page.pens);
  const [rangeId, setRangeId] = useState("5");
  const windowMs = RANGES.find((range) => range.id === rangeId)?.windowMs ?? null;
  const { lines, end, problem } = useTrend(simId, tags, windowMs);
  const pens = tags.map((tag) => {
    return { scale: tag, title: tagTitle(tag), digits: tagSpec(model, tag).digits };
  });
  return (
    <section className="panel trend" aria-label="Trend">
      <header>
        {head}
        <PenPicker all={Object.keys(model.tags)} chosen={tags} most={PENS.length} change={setTags} />
        <RangeSwitch chosen={rangeId} choose={setRangeId} />
        <Link to={trendsAddress(tags.map((tag) => `${simId}.${tag}`))}>Compare</Link>
        {grafana && (
          <a href={grafana} target="_blank" rel="noreferrer">
            Grafana ↗
          </a>
        )}
      </header>
      {problem && (
        <p className="write-note refused" role="alert">
          The record cannot be read: {problem}
        </p>
      )}
      <TrendChart pens={pens} lines={lines} end={end} windowMs={windowMs} />
    </section>
  );
}
