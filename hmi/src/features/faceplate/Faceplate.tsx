/** The faceplate of one tag: value, limits, quality, recent trend, NodeId and what the tag is. */
import { Drawer } from "@mantine/core";
import { Sparkline } from "../../components/instrument/Sparkline";
import { formatNumber, formatShort } from "../../lib/format";
import { Repeated } from "../../tags/home";
import { type TagSpec, tagTitle } from "../../tags/model";
import { usePlant } from "../../tags/plant";
import { qualityWords } from "../../tags/quality";
import { useLive } from "../../tags/useLive";
import { useTag } from "../../tags/useTag";
import { HeldControl } from "../controls/HeldControl";
import { LoopPanel } from "../controls/LoopPanel";
import { type LoopHome, loopHomes } from "../graphics/pageSpec";
import { CopyText } from "./CopyText";
import { FaceplateGauge } from "./FaceplateGauge";

export function Faceplate({ tag, close }: { tag: string | null; close: () => void }) {
  return (
    <Drawer.Root
      opened={tag !== null}
      onClose={close}
      position="right"
      size={380}
      transitionProps={{ duration: 0 }}
    >
      <Drawer.Overlay backgroundOpacity={0.15} />
      <Drawer.Content>
        <div className="faceplate-head">
          <Drawer.Title>{tag ? tagTitle(tag) : ""}</Drawer.Title>
          <Drawer.CloseButton aria-label="Close the faceplate" />
        </div>
        <Drawer.Body>{tag && <FaceplateBody tag={tag} />}</Drawer.Body>
      </Drawer.Content>
    </Drawer.Root>
  );
}

function FaceplateBody({ tag }: { tag: string }) {
  const { model, simId } = usePlant();
  const loop = loopHomes(model).find((each) => controls(each, tag));
  const view = useTag(tag);
  const { spec } = view;
  const age = useLive((state) => (simId ? ageSeconds(state.time, state.values[view.name]?.time) : null));
  const nodeId = useLive((state) => state.metas[view.name]?.node_id);
  return (
    <div className="faceplate">
      <p className="muted">{spec.description}</p>
      <p className={`faceplate-value ${view.kind}${view.stale ? " stale" : ""}`}>
        {(view.kind === "uncertain" || view.stale) && "? "}
        {view.text} <span className="muted">{spec.unit}</span>
      </p>
      {view.violation && (
        <p className={`faceplate-alarm p${view.violation.priority}`}>
          {view.violation.priority} {view.violation.mark}: {view.violation.words}
          {view.violation.mark !== "TRIP" && " crossed"}
        </p>
      )}
      {spec.states.length === 0 && <FaceplateGauge view={view} />}
      <Repeated>
        {spec.writable && !loop && <HeldControl tag={tag} />}
        {loop && <LoopPanel loop={loop} folded={false} />}
      </Repeated>
      {simId && (
        <figure className="faceplate-trend">
          <svg viewBox="0 0 340 90" aria-hidden="true">
            <Sparkline tag={tag} width={340} height={90} />
          </svg>
          <figcaption className="muted">Last 5 minutes</figcaption>
        </figure>
      )}
      <dl className="facts">
        <Fact name="Quality">
          {view.kind === "nominal" ? "Nominal: not running" : qualityWords(view.quality)}
        </Fact>
        {age !== null && <Fact name="Last change">{age < 2 ? "now" : `${age} s ago`}</Fact>}
        <Fact name="Range">
          {formatShort(spec.low)} … {formatShort(spec.high)} {spec.unit}
        </Fact>
        <Fact name="Nominal">
          {spec.states[spec.nominal] ?? formatNumber(spec.nominal, spec.digits)} {spec.unit}
        </Fact>
        <Fact name="Limits">{limitsText(spec)}</Fact>
        <Fact name="Role">{spec.role}</Fact>
        {spec.label && <Fact name="Instrument">{spec.label.replace("_", " ")}</Fact>}
        <Fact name="Name">
          <CopyText text={view.name} what="name" />
        </Fact>
        {simId && (
          <Fact name="NodeId">
            <CopyText text={nodeId ?? `ns=2;s=${view.name}`} what="NodeId" />
          </Fact>
        )}
      </dl>
    </div>
  );
}

/** Whether the tag is the loop's controlled one, its setpoint or its mode. */
function controls({ controlled, parts }: LoopHome, tag: string): boolean {
  return tag === controlled || (parts.includes(tag) && /_(setpoint|mode)$/.test(tag));
}

function Fact({ name, children }: { name: string; children: React.ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function ageSeconds(now: number, then: number | undefined): number | null {
  return then === undefined ? null : Math.max(0, Math.floor((now - then) / 1000));
}

function limitsText({ limits }: TagSpec): string {
  const marks = [
    ["HH", limits.high_high],
    ["H", limits.high],
    ["L", limits.low],
    ["LL", limits.low_low],
  ] as const;
  const set = marks.filter(([, limit]) => limit !== undefined);
  return set.length > 0
    ? set.map(([mark, limit]) => `${mark} ${formatShort(limit ?? 0)}`).join(", ")
    : "none";
}
