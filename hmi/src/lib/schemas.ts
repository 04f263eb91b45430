/** The engine's REST answers that the pages read. */
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

export interface Simulation {
  sim_id: string;
  model_id: string;
  name: string;
  number: number;
  status: Status;
  cause: string | null;
  machine: string | null;
  worker: string | null;
  speed: Speed;
  sample_time: number;
  duration: number;
  remaining: number | null;
  simulation_time: number;
  tick: number;
  overruns: number;
  created_at: string;
  started_at: string | null;
  ended_at: string | null;
  node_id: string;
  queue_position: number | null;
  links: { grafana?: string | null };
}

export interface TagValue {
  tag: string;
  value: number | null;
  unit: string;
  quality: string;
  status_code: number;
  source_time: string;
  simulation_time: number;
}

export interface HistorySeries {
  tag: string;
  unit: string;
  time: number[];
  simulation_time: number[];
  value: (number | null)[];
}

export interface History {
  sim_id: string;
  series: HistorySeries[];
  thinned: boolean;
}

export interface Machine {
  machine_id: string | number;
  name: string;
  cores: number;
  slots: number;
  hosted: number;
  workers: number;
  load: number;
  heartbeat: string | null;
}

export interface System {
  version: string;
  capacity: number;
  running: number;
  queued: number;
  opcua_endpoint: string;
  grafana_url: string | null;
  machines: Machine[];
}

export interface StartOptions {
  name?: string;
  duration?: number;
  speed?: Speed;
}
