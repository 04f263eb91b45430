/** The Temperature Control Lab: two heaters side by side with their sensors. */
import { type Graphic, kitOf } from "../kit";

const k = kitOf<"tclab">();

export const tclab: Graphic = {
  model: "tclab",
  label: "A board with two heaters, each with a temperature sensor, which warm each other and the air",
  pens: ["temperature_1", "temperature_2", "heater_1", "heater_2"],
  items: [
    k.body(290, 60, 420, 250),
    k.name(500, 90, "Temperature Control Lab"),
    k.symbol("heater", 390, 220),
    k.symbol("heater", 610, 220),
    k.symbol("probe", 390, 166),
    k.symbol("probe", 610, 166),
    k.symbol("coil", 500, 220),
    k.symbol("lamp", 500, 140),
    k.name(390, 262, "Heater 1"),
    k.name(610, 262, "Heater 2"),
    k.signal("62,98 250,98 250,220 360,220"),
    k.signal("390,140 390,118 270,118 270,236 214,236"),
    k.signal("806,98 750,98 750,220 640,220"),
    k.signal("610,140 610,118 730,118 730,236 806,236"),
    k.signal("500,126 500,112"),
    k.gauge(44, 98, "heater_1", "Heater 1"),
    k.gauge(44, 220, "temperature_1", "Temperature 1", { trend: true }),
    k.gauge(44, 372, "heater_temperature_1", "Heater 1 itself"),
    k.gauge(824, 98, "heater_2", "Heater 2"),
    k.gauge(824, 220, "temperature_2", "Temperature 2", { trend: true }),
    k.gauge(824, 372, "heater_temperature_2", "Heater 2 itself"),
    k.gauge(244, 372, "led_brightness", "Light, wanted"),
    k.gauge(430, 372, "led", "Light"),
    k.gauge(616, 372, "ambient_temperature", "Air"),
  ],
};
