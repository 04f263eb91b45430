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
  Pick<Schemas["StartBody"], "name" | "duration" | "speed" | "seed" | "inputs" | "start">
>;
export type Me = Schemas["MeAnswer"];
export type Role = Me["role"];
export type SetUpAnswer = Schemas["SetupAnswer"];
export type Sharing = Simulation["sharing"];
export type User = Schemas["UserAnswer"];
export type UserChange = Schemas["UserChange"];
export type Key = Schemas["KeyAnswer"];
export type NewKey = Schemas["NewKeyAnswer"];
export type Certificate = Schemas["CertificateAnswer"];
export type Alert = Schemas["AlertAnswer"];
export type AuditEntry = Schemas["AuditEntry"];
export type Snapshot = Schemas["SnapshotAnswer"];
export type Fault = Schemas["FaultAnswer"];
export type FaultRequest = Pick<
  Schemas["FaultBody"],
  "tag" | "kind" | "size" | "start" | "ramp" | "duration"
>;
export type Alarm = Schemas["AlarmAnswer"];
export type AlarmEvent = Schemas["AlarmEventAnswer"];
export type AlarmList = Schemas["AlarmsAnswer"];
