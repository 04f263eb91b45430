/** The DC motor: armature circuit, motor, shaft and load. */
import { type Graphic, kitOf } from "../kit";

const k = kitOf<"dc-motor">();

export const dcMotor: Graphic = {
  model: "dc-motor",
  label: "Armature circuit, motor, shaft and load",
  pens: ["shaft_speed", "current", "voltage", "load_torque"],
  items: [
    k.line("120,180 390,180"),
    k.line("120,260 390,260"),
    k.body(60, 160, 70, 120),
    k.name(95, 225, "Supply"),
    k.symbol("coil", 270, 180),
    k.body(390, 140, 180, 160),
    k.symbol("motor", 480, 220),
    k.name(480, 164, "Armature"),
    k.line("570,212 690,212"),
    k.line("570,228 690,228"),
    k.body(690, 135, 44, 170),
    k.name(712, 326, "Load"),
    k.signal("95,106 95,160"),
    k.signal("252,106 252,166"),
    k.signal("480,300 480,340"),
    k.signal("640,206 640,70 692,70"),
    k.signal("720,334 720,348"),
    k.gauge(62, 86, "voltage", "Voltage"),
    k.gauge(252, 86, "current", "Current"),
    k.gauge(460, 362, "motor_torque", "Torque of the motor"),
    k.gauge(720, 370, "load_torque", "Torque of the load"),
    k.gauge(712, 70, "shaft_speed", "Speed", { trend: true }),
    k.gauge(824, 220, "shaft_speed_per_minute", "Speed"),
  ],
};
