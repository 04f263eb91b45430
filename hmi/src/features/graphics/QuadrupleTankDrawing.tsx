/** The quadruple tank: two pumps draw from a sump, each feeds one lower and the opposite upper tank. */
import { Instrument } from "../../components/instrument/Instrument";
import { Pipe } from "../../components/process/Pipe";
import { ProcessCanvas } from "../../components/process/ProcessCanvas";
import { Pump } from "../../components/process/Pump";
import { SplitValve } from "../../components/process/SplitValve";
import { StreamLabel } from "../../components/process/StreamLabel";
import { Tank } from "../../components/process/Tank";
import { tagNames } from "../../tags/model";
import { useTag } from "../../tags/useTag";
import { useShare } from "./useShare";

const T = tagNames("quadruple-tank");

export function QuadrupleTankDrawing() {
  return (
    <ProcessCanvas label="Four tanks fed crosswise by two pumps through two split valves">
      <Lines />
      <LiveTank x={400} y={48} tag={T.level_3} label="Tank 3" />
      <LiveTank x={600} y={48} tag={T.level_4} label="Tank 4" />
      <LiveTank x={400} y={226} tag={T.level_1} label="Tank 1" />
      <LiveTank x={600} y={226} tag={T.level_2} label="Tank 2" />
      <SplitValve x={270} y={278} />
      <SplitValve x={730} y={278} />
      <LivePump x={270} y={362} tag={T.pump_1_voltage} name="Pump 1" side="left" />
      <LivePump x={730} y={362} tag={T.pump_2_voltage} name="Pump 2" side="right" />
      <Left />
      <Right />
    </ProcessCanvas>
  );
}

function Left() {
  return (
    <>
      <Instrument x={26} y={70} tag={T.level_3} title="Level of tank 3" />
      <Instrument x={26} y={152} tag={T.level_1} title="Level of tank 1" />
      <Instrument
        x={26}
        y={226}
        tag={T.level_1_signal}
        title="Signal 1"
        setpoint={T.level_1_signal_setpoint}
      />
      <Instrument x={26} y={304} tag={T.valve_1_split} title="Share to tank 1" repeated />
      <Instrument x={26} y={378} tag={T.pump_1_voltage} title="Pump 1" repeated />
    </>
  );
}

function Right() {
  return (
    <>
      <Instrument x={808} y={70} tag={T.level_4} title="Level of tank 4" />
      <Instrument x={808} y={152} tag={T.level_2} title="Level of tank 2" />
      <Instrument
        x={808}
        y={226}
        tag={T.level_2_signal}
        title="Signal 2"
        setpoint={T.level_2_signal_setpoint}
      />
      <Instrument x={808} y={304} tag={T.valve_2_split} title="Share to tank 2" repeated />
      <Instrument x={808} y={378} tag={T.pump_2_voltage} title="Pump 2" repeated />
    </>
  );
}

function Lines() {
  return (
    <>
      <rect className="equipment basin" x={330} y={408} width={340} height={40} />
      <StreamLabel x={500} y={434} text="Sump" anchor="middle" equipment />
      <Pipe points="330,428 270,428 270,382" />
      <Pipe points="670,428 730,428 730,382" />
      <Pipe points="270,342 270,293" />
      <Pipe points="730,342 730,293" />
      <Pipe points="285,278 316,278 316,208 372,208 372,222" arrow />
      <Pipe points="715,278 684,278 684,208 628,208 628,222" arrow />
      <Pipe points="255,278 236,278 236,16 585,16 585,44" arrow />
      <Pipe points="745,278 764,278 764,30 592,30" />
      <Pipe points="578,30 415,30 415,44" arrow />
      <path className="pipe pipe-process" d="M592 30a7 7 0 0 0 -14 0" />
      <Pipe points="400,178 400,222" arrow />
      <Pipe points="600,178 600,222" arrow />
      <Pipe points="400,356 400,404" arrow />
      <Pipe points="600,356 600,404" arrow />
    </>
  );
}

function LiveTank({ tag, ...place }: { x: number; y: number; tag: string; label: string }) {
  const share = useShare(tag);
  return <Tank {...place} width={136} height={130} share={share} />;
}

function LivePump({
  tag,
  ...place
}: {
  x: number;
  y: number;
  tag: string;
  name: string;
  side: "left" | "right";
}) {
  const { value, kind } = useTag(tag);
  return <Pump {...place} running={value === null || kind === "nominal" ? null : value > 0} />;
}
