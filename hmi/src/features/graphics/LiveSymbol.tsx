/** Equipment that shows a tag: liquid at its level, a valve's opening, whether a pump runs. */
import type { ComponentProps } from "react";
import { ControlValve } from "../../components/process/ControlValve";
import { Drum } from "../../components/process/Drum";
import { Pump } from "../../components/process/Pump";
import { Tank } from "../../components/process/Tank";
import { Vessel } from "../../components/process/Vessel";
import { useTag } from "../../tags/useTag";
import { useShare } from "./useShare";

type Bound<Props> = Omit<Props, "share" | "running" | "opening"> & { readonly tag: string };

export function LiveTank({ tag, ...place }: Bound<ComponentProps<typeof Tank>>) {
  return <Tank {...place} share={useShare(tag)} />;
}

export function LiveVessel({ tag, ...place }: Bound<ComponentProps<typeof Vessel>>) {
  return <Vessel {...place} share={useShare(tag)} />;
}

export function LiveDrum({ tag, ...place }: Bound<ComponentProps<typeof Drum>>) {
  return <Drum {...place} share={useShare(tag)} />;
}

export function LiveValve({ tag, ...place }: Bound<ComponentProps<typeof ControlValve>>) {
  return <ControlValve {...place} opening={useShare(tag)} />;
}

/** Runs while its tag is above the lower end of the tag's range. */
export function LivePump({ tag, ...place }: Bound<ComponentProps<typeof Pump>>) {
  const { value, kind, spec } = useTag(tag);
  return <Pump {...place} running={value === null || kind === "nominal" ? null : value > spec.low} />;
}
