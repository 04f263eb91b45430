/** One loop: measured value, setpoint, mode, output and tuning; folded to a line where there are many. */
import type { ReactNode } from "react";
import { useRepeated } from "../../tags/home";
import { tagTitle } from "../../tags/model";
import { useTag } from "../../tags/useTag";
import type { LoopHome } from "../graphics/pageSpec";
import { HeldControl } from "./HeldControl";
import { ModeSwitch } from "./ModeSwitch";
import { TagControl } from "./TagControl";

const TITLES: Readonly<Record<string, string>> = {
  setpoint: "Setpoint",
  gain: "Gain",
  integral_time: "Integral time",
  derivative_time: "Derivative time",
};

export function LoopPanel({ loop, folded }: { loop: LoopHome; folded: boolean }) {
  const { controlled, manipulated, parts } = loop;
  const repeated = useRepeated();
  const name = `Loop of ${controlled.replaceAll("_", " ")}`;
  const part = (name: string) => parts.find((tag) => tag === `${controlled}_${name}`);
  const mode = part("mode");
  const setpoint = part("setpoint");
  const tuning = ["gain", "integral_time", "derivative_time"].filter((name) => part(name));
  const body = (
    <>
      <dl className="loop-values">
        <Shown tag={controlled} name="PV" />
        <Shown tag={manipulated} name="OUT" />
      </dl>
      {setpoint && <HeldControl tag={setpoint} title="Setpoint" />}
      {tuning.length > 0 && (
        <details>
          <summary>Tuning</summary>
          {tuning.map((name) => (
            <TagControl
              key={name}
              tag={`${controlled}_${name}`}
              title={TITLES[name] ?? name}
              slider={false}
            />
          ))}
        </details>
      )}
    </>
  );
  return (
    <section className="loop" aria-label={repeated ? `${name} (faceplate)` : name}>
      <header>
        <h3>{tagTitle(controlled)}</h3>
        {mode && <ModeSwitch tag={mode} />}
      </header>
      {folded ? <Folded controlled={controlled}>{body}</Folded> : body}
    </section>
  );
}

function Folded({ controlled, children }: { controlled: string; children: ReactNode }) {
  const measured = useTag(controlled);
  const setpoint = useTag(`${controlled}_setpoint`);
  return (
    <details>
      <summary>
        PV <b>{measured.text}</b> · SP <b>{setpoint.text}</b> {measured.spec.unit}
      </summary>
      {children}
    </details>
  );
}

function Shown({ tag, name }: { tag: string; name: string }) {
  const view = useTag(tag);
  return (
    <div className={view.stale ? "stale" : ""}>
      <dt title={view.spec.description}>
        {name} <span className="muted">{tagTitle(tag)}</span>
      </dt>
      <dd>
        {(view.kind === "uncertain" || view.stale) && "? "}
        {view.text} <span className="muted">{view.spec.unit}</span>
      </dd>
    </div>
  );
}
