/** The chrome is grey like the ground; colour is kept for what is abnormal. */
import { createTheme, type MantineColorsTuple } from "@mantine/core";

const slate: MantineColorsTuple = [
  "#f2f4f5",
  "#e3e6e8",
  "#cdd2d6",
  "#b0b7bd",
  "#8f989f",
  "#6f7981",
  "#566068",
  "#414a51",
  "#2e353b",
  "#1d2226",
];

export const theme = createTheme({
  primaryColor: "slate",
  primaryShade: { light: 7, dark: 4 },
  colors: { slate },
  fontFamily: "system-ui, 'Segoe UI', Roboto, 'Liberation Sans', sans-serif",
  fontFamilyMonospace: "ui-monospace, 'DejaVu Sans Mono', Consolas, monospace",
  defaultRadius: "xs",
  respectReducedMotion: true,
});
