/** The ethylene oxidation reactor: a jacketed stirred vessel with feed, coolant, product and its yields. */
import { Instrument } from "../../components/instrument/Instrument";
import { ControlValve } from "../../components/process/ControlValve";
import { Pipe } from "../../components/process/Pipe";
import { ProcessCanvas } from "../../components/process/ProcessCanvas";
import { StirredVessel } from "../../components/process/StirredVessel";
import { StreamLabel } from "../../components/process/StreamLabel";
import { tagNames } from "../../tags/model";
import { useShare } from "./useShare";

const T = tagNames("ethylene-oxidation");

export function EthyleneOxidationDrawing() {
  return (
    <ProcessCanvas label="Jacketed stirred reactor with feed, coolant and product">
      <Lines />
      <StirredVessel x={400} y={72} width={176} height={300} />
      <StreamLabel x={328} y={150} text="R-201" equipment />
      <Valves />
      <Instrument x={44} y={56} tag={T.feed_ethylene} title="Ethylene in the feed" repeated />
      <Instrument x={44} y={204} tag={T.feed_flow} title="Feed flow" repeated />
      <Instrument x={44} y={308} tag={T.coolant_temperature} title="Coolant temperature" repeated />
      <Instrument
        x={560}
        y={56}
        tag={T.reactor_temperature}
        title="Reactor temperature"
        setpoint={T.reactor_temperature_setpoint}
        trend
      />
      <Instrument x={560} y={262} tag={T.ethylene} title="Ethylene" />
      <Instrument x={560} y={338} tag={T.gas_density} title="Gas density" />
      <Instrument
        x={782}
        y={56}
        tag={T.ethylene_oxide}
        title="Ethylene oxide"
        setpoint={T.ethylene_oxide_setpoint}
        trend
      />
      <Performance />
    </ProcessCanvas>
  );
}

function Lines() {
  return (
    <>
      <StreamLabel x={24} y={152} text="Ethylene, oxygen" />
      <Pipe points="24,132 312,132" arrow />
      <Pipe points="44,74 44,132" kind="signal" />
      <Pipe points="44,186 240,186 240,144" kind="signal" />
      <Pipe points="24,392 330,392" kind="utility" arrow />
      <StreamLabel x={24} y={412} text="Coolant in" />
      <Pipe points="44,326 44,348 240,348 240,358" kind="signal" />
      <Pipe points="504,150 520,150 520,392 560,392" kind="utility" arrow />
      <StreamLabel x={568} y={397} text="Coolant out" />
      <Pipe points="488,186 984,186" arrow />
      <StreamLabel x={984} y={178} text="Product gas" anchor="end" />
      <Pipe points="488,118 534,118 534,56 542,56" kind="signal" />
      <Pipe points="782,74 782,186" kind="signal" />
      <Pipe points="504,262 542,262" kind="signal" />
      <Pipe points="504,338 542,338" kind="signal" />
    </>
  );
}

function Valves() {
  const feed = useShare(T.feed_flow);
  const coolant = useShare(T.coolant_temperature);
  return (
    <>
      <ControlValve x={240} y={132} opening={feed} />
      <ControlValve x={240} y={392} opening={coolant} />
    </>
  );
}

function Performance() {
  return (
    <>
      <rect className="block" x={750} y={202} width={242} height={254} rx="4" />
      <Instrument x={782} y={246} tag={T.production} title="Production" computed />
      <Instrument x={782} y={306} tag={T.yield} title="Yield" computed />
      <Instrument x={782} y={366} tag={T.conversion} title="Conversion" computed />
      <Instrument x={782} y={426} tag={T.selectivity} title="Selectivity" computed />
    </>
  );
}
