/** Light or dark ground. */
import { useComputedColorScheme, useMantineColorScheme } from "@mantine/core";

export function SchemeSwitch() {
  const { setColorScheme } = useMantineColorScheme();
  const other = useComputedColorScheme("light") === "light" ? "dark" : "light";
  return (
    <button type="button" className="command quiet" onClick={() => setColorScheme(other)}>
      {other === "dark" ? "Dark" : "Light"}
    </button>
  );
}
