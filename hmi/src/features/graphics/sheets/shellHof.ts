/** The Shell heavy oil fractionator: two draws, three circulating refluxes, measurements along the column. */
import { type Graphic, kitOf } from "../kit";

const k = kitOf<"shell-hof">();

/** A circulating reflux whose exchanger takes heat away. */
const reflux = (y: number) => [
  k.line(`430,${y - 24} 330,${y - 24} 330,${y - 18}`),
  k.pipe(`330,${y + 18} 330,${y + 24} 426,${y + 24}`),
  k.exchanger(330, y, 18),
];

export const shellHof: Graphic = {
  model: "shell-hof",
  label: "Heavy oil fractionator with top and side draw and three circulating reflux streams",
  pens: ["top_end_point", "side_end_point", "bottoms_reflux_temperature", "top_draw"],
  items: [
    k.column(490, 24, 120, 400, 14),
    k.name(490, 196, "Fractionator"),
    ...reflux(82),
    ...reflux(204),
    ...reflux(326),
    k.stream(24, 424, "Feed"),
    k.pipe("24,404 426,404"),
    k.pipe("550,88 984,88"),
    k.valve(610, 88, "top_draw"),
    k.stream(984, 106, "Top draw", "end"),
    k.pipe("550,256 984,256"),
    k.valve(610, 256, "side_draw"),
    k.stream(984, 274, "Side draw", "end"),
    k.line("490,424 490,444"),
    k.pipe("490,444 984,444"),
    k.stream(984, 436, "Bottoms", "end"),
    k.signal("550,48 672,48"),
    k.signal("550,216 672,216"),
    k.signal("840,132 840,88"),
    k.signal("840,300 840,256"),
    k.gauge(44, 50, "upper_reflux_duty", "Upper reflux duty"),
    k.gauge(44, 110, "upper_reflux_temperature", "Upper reflux"),
    k.gauge(44, 172, "intermediate_reflux_duty", "Intermediate reflux duty"),
    k.gauge(44, 232, "intermediate_reflux_temperature", "Intermediate reflux"),
    k.gauge(44, 294, "bottoms_reflux_duty", "Bottoms reflux duty"),
    k.gauge(44, 352, "bottoms_reflux_temperature", "Bottoms reflux"),
    k.gauge(690, 48, "top_temperature", "Top temperature"),
    k.gauge(660, 150, "top_draw", "Top draw"),
    k.gauge(840, 150, "top_end_point", "Top end point"),
    k.gauge(690, 216, "side_draw_temperature", "Side draw temperature"),
    k.gauge(660, 318, "side_draw", "Side draw"),
    k.gauge(840, 318, "side_end_point", "Side end point"),
  ],
};
