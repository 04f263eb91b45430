/** The Wood-Berry column: trays, condenser with reflux drum, reboiler, feed and two analysers. */
import { Instrument } from "../../components/instrument/Instrument";
import { Column } from "../../components/process/Column";
import { ControlValve } from "../../components/process/ControlValve";
import { Drum } from "../../components/process/Drum";
import { Exchanger } from "../../components/process/Exchanger";
import { Pipe } from "../../components/process/Pipe";
import { ProcessCanvas } from "../../components/process/ProcessCanvas";
import { StreamLabel } from "../../components/process/StreamLabel";
import { tagNames } from "../../tags/model";
import { useShare } from "./useShare";

const T = tagNames("wood-berry");

export function WoodBerryDrawing() {
  return (
    <ProcessCanvas label="Distillation column with condenser, reflux drum and reboiler">
      <Lines />
      <Column x={340} y={48} width={84} height={352} trays={12} />
      <StreamLabel x={340} y={232} text="C-101" anchor="middle" equipment />
      <Exchanger x={520} y={28} radius={20} />
      <StreamLabel x={552} y={20} text="E-101 condenser" equipment />
      <Drum x={560} y={104} width={150} height={44} />
      <StreamLabel x={560} y={109} text="V-101 reflux drum" anchor="middle" equipment />
      <Exchanger x={500} y={356} radius={26} />
      <StreamLabel x={532} y={394} text="E-102 reboiler" equipment />
      <Valves />
      <Instrument x={60} y={176} tag={T.feed_flow} title="Feed" repeated />
      <Instrument x={572} y={196} tag={T.reflux_flow} title="Reflux" repeated />
      <Instrument x={628} y={282} tag={T.steam_flow} title="Steam" repeated />
      <Instrument
        x={806}
        y={60}
        tag={T.distillate_methanol}
        title="Methanol in the distillate"
        setpoint={T.distillate_methanol_setpoint}
        trend
      />
      <Instrument
        x={806}
        y={326}
        tag={T.bottoms_methanol}
        title="Methanol in the bottoms"
        setpoint={T.bottoms_methanol_setpoint}
        trend
      />
    </ProcessCanvas>
  );
}

function Lines() {
  return (
    <>
      <StreamLabel x={24} y={246} text="Methanol, water" />
      <Pipe points="24,226 298,226" arrow />
      <Pipe points="60,194 60,226" kind="signal" />
      <Pipe points="340,50 340,28 500,28" />
      <Pipe points="540,28 585,28 585,82" arrow />
      <Pipe points="510,126 510,150 382,150" arrow />
      <Pipe points="635,104 690,104 690,146 984,146" arrow />
      <StreamLabel x={984} y={164} text="Distillate" anchor="end" />
      <Pipe points="806,146 806,78" kind="signal" />
      <Pipe points="572,178 458,178 458,160" kind="signal" />
      <Pipe points="340,398 340,430 984,430" arrow />
      <StreamLabel x={984} y={450} text="Bottoms" anchor="end" />
      <Pipe points="806,430 806,344" kind="signal" />
      <Pipe points="420,430 420,356 474,356" arrow />
      <Pipe points="500,330 500,296 382,296" arrow />
      <Pipe points="770,356 526,356" kind="utility" arrow />
      <StreamLabel x={764} y={374} text="Steam" anchor="end" />
      <Pipe points="628,300 628,330" kind="signal" />
    </>
  );
}

function Valves() {
  const reflux = useShare(T.reflux_flow);
  const steam = useShare(T.steam_flow);
  return (
    <>
      <ControlValve x={458} y={150} opening={reflux} />
      <ControlValve x={628} y={356} opening={steam} />
    </>
  );
}
