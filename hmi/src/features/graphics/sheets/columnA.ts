/** Column A: 41 stages with reflux drum and reboiler, and the profiles along them. */
import type { TagName } from "../../../tags/model";
import { type Graphic, kitOf } from "../kit";

const k = kitOf<"column-a">();
const STAGES = Array.from({ length: 41 }, (_, stage) => stage + 1);
const along = (what: "temperature" | "composition") =>
  STAGES.map((stage) => `${what}_${stage}` as TagName<"column-a">);

export const columnA: Graphic = {
  model: "column-a",
  label: "Distillation column of 41 stages with condenser, reflux drum and reboiler, and its profiles",
  pens: ["distillate_composition", "bottoms_composition", "reflux_flow", "boilup"],
  items: [
    k.stream(24, 228, "Feed"),
    k.pipe("24,240 258,240"),
    k.line("300,34 300,16 630,16"),
    k.pipe("666,16 730,16 730,40"),
    k.exchanger(648, 16, 14),
    k.pipe("665,64 346,64"),
    k.pipe("795,64 984,64"),
    k.stream(984, 84, "Distillate", "end"),
    k.pipe("300,426 300,438 664,438"),
    k.pipe("665,412 346,412"),
    k.pipe("795,424 984,424"),
    k.stream(984, 444, "Bottoms", "end"),
    k.column(300, 34, 84, 392, 41),
    k.drum(730, 64, 130, 44, "condenser_holdup"),
    k.name(730, 69, "Reflux drum"),
    k.drum(730, 424, 130, 44, "reboiler_holdup"),
    k.name(730, 429, "Reboiler"),
    k.valve(600, 64, "reflux_flow"),
    k.valve(850, 64, "distillate_flow"),
    k.valve(570, 412, "boilup"),
    k.valve(850, 424, "bottoms_flow"),
    k.profile(372, 114, 112, 252, along("temperature"), "Temperature"),
    k.profile(506, 114, 104, 252, along("composition"), "Light part", [0, 1]),
    k.rows(20, 84, 206, "On the stages", [
      ["distillate_composition", "Distillate"],
      ["bottoms_composition", "Bottoms"],
    ]),
    k.gauge(44, 178, "feed_flow", "Feed"),
    k.gauge(44, 292, "feed_composition", "Light part of the feed"),
    k.gauge(44, 368, "feed_liquid_fraction", "Liquid part of the feed"),
    k.gauge(648, 140, "reflux_flow", "Reflux"),
    k.gauge(648, 210, "condenser_holdup", "Condenser holdup"),
    k.gauge(648, 280, "reboiler_holdup", "Reboiler holdup"),
    k.gauge(648, 350, "boilup", "Boilup"),
    k.gauge(832, 140, "distillate_flow", "Distillate"),
    k.gauge(832, 210, "distillate_analysis", "Distillate, analysed"),
    k.gauge(832, 280, "bottoms_analysis", "Bottoms, analysed"),
    k.gauge(832, 350, "bottoms_flow", "Bottoms"),
  ],
};
