/** The surge tank: inflow, level, and an outflow through a valve or a pump. */
import { type Graphic, kitOf } from "../kit";

const k = kitOf<"surge-tank">();

export const surgeTank: Graphic = {
  model: "surge-tank",
  label: "Tank with inflow, overflow and an outlet",
  pens: ["level", "inflow", "outflow", "outlet"],
  items: [
    k.stream(24, 66, "Inflow"),
    k.pipe("24,76 450,76 450,126"),
    k.valve(260, 76, "inflow"),
    k.signal("44,120 44,100 260,100 260,86"),
    k.tank(470, 110, 240, 250, "level", "T-101"),
    k.pipe("590,132 640,132 640,176"),
    k.stream(650, 150, "Overflow"),
    k.pipe("590,336 984,336"),
    k.valve(740, 336, "outlet"),
    k.stream(984, 326, "Outflow", "end"),
    k.signal("650,402 650,372 740,372 740,346"),
    k.signal("870,378 870,336"),
    k.signal("350,240 230,240"),
    k.gauge(44, 140, "inflow", "Inflow"),
    k.gauge(44, 240, "level", "Level", { trend: true }),
    k.gauge(44, 386, "volume", "Volume"),
    k.gauge(690, 216, "overflow", "Overflow"),
    k.gauge(650, 420, "outlet", "Outlet"),
    k.gauge(846, 396, "outflow", "Outflow"),
  ],
};
