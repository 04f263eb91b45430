/** The engine's REST answers that the pages read, named from its OpenAPI document. */
import type { components } from "../generated/api.gen";

type Schemas = components["schemas"];

export type Speed = number | "max";

export type Status =
  | "pending"
  | "queued"
  | "running"
  | "paused"
  | "finished"
  | "stopped"
  | "failed"
  | "timed_out";

export type Simulation = Omit<Schemas["SimulationAnswer"], "status" | "speed"> & {
  status: Status;
  speed: Speed;
};
export type TagValue = Schemas["TagAnswer"];
export type History = Schemas["HistoryAnswer"];
export type HistorySeries = Schemas["SeriesAnswer"];
export type Machine = Schemas["MachineAnswer"];
export type System = Schemas["SystemAnswer"];
export type ModelAnswer = Schemas["ModelAnswer"];
export type StartOptions = Partial<
  Pick<Schemas["StartBody"], "name" | "duration" | "speed" | "seed" | "inputs">
> & { start?: string };

/** A fault as it stands. */
export interface Fault {
  readonly number: number;
  readonly tag: string;
  readonly kind: string;
  readonly size: number;
  readonly start: number | null;
  readonly ramp: number;
  readonly duration: number | null;
  readonly stage: "accepted" | "scheduled" | "active" | "ended";
  readonly quality: string;
}

export interface FaultRequest {
  readonly tag: string;
  readonly kind: string;
  readonly size?: number;
  readonly start?: number;
  readonly ramp?: number;
  readonly duration?: number;
}

/** An alarm as it stands. */
export interface Alarm {
  readonly sim_id: string;
  readonly model_id: string;
  readonly alarm: string;
  readonly kind: "limit" | "off_normal" | "system";
  readonly tag: string | null;
  readonly level: "low_low" | "low" | "normal" | "high" | "high_high";
  readonly active: boolean;
  readonly acknowledged: boolean;
  readonly confirmed: boolean;
  readonly enabled: boolean;
  readonly retain: boolean;
  readonly shelving: "unshelved" | "timed" | "one_shot";
  readonly unshelve_time: string | null;
  readonly severity: number;
  readonly message: string;
  readonly value: number | null;
  readonly unit: string;
  readonly comment: string;
  readonly user: string;
  readonly event_id: string | null;
  readonly active_time: string | null;
}

export interface AlarmEvent {
  readonly number: number;
  readonly transition: string;
  readonly message: string;
  readonly time: string;
  readonly alarm: Alarm;
}
