/** The pH neutralisation tank: acid, buffer and base flow into a stirred tank. */
import { type Graphic, kitOf } from "../kit";

const k = kitOf<"ph-neutralisation">();

export const phNeutralisation: Graphic = {
  model: "ph-neutralisation",
  label: "Tank with acid, buffer and base streams, and a pH probe",
  pens: ["ph", "base_flow", "level"],
  items: [
    k.stream(24, 40, "Acid"),
    k.pipe("24,50 540,50 540,150"),
    k.signal("44,82 44,50"),
    k.stream(24, 170, "Buffer"),
    k.pipe("24,180 290,180 290,90 480,90 480,150"),
    k.signal("44,212 44,180"),
    k.stream(24, 300, "Base"),
    k.pipe("24,310 330,310 330,130 420,130 420,150"),
    k.signal("44,342 44,326 240,326"),
    k.tank(480, 154, 200, 250, "level", ""),
    k.symbol("motor", 480, 426),
    k.line("480,406 480,380"),
    k.pipe("580,390 984,390"),
    k.stream(984, 380, "Effluent", "end"),
    k.symbol("probe", 560, 330),
    k.signal("560,304 560,140 640,140 640,128"),
    k.signal("580,250 622,250"),
    k.signal("640,348 640,390"),
    k.valve(240, 310, "base_flow"),
    k.gauge(44, 100, "acid_flow", "Acid"),
    k.gauge(44, 230, "buffer_flow", "Buffer"),
    k.gauge(44, 360, "base_flow", "Base"),
    k.gauge(640, 110, "ph", "pH, measured", { trend: true }),
    k.gauge(640, 250, "level", "Level"),
    k.gauge(640, 330, "effluent_flow", "Effluent"),
    k.rows(776, 26, 216, "In the tank", [
      ["tank_ph", "pH"],
      ["charge_invariant", "Charge"],
      ["carbonate_invariant", "Carbonate"],
    ]),
  ],
};
