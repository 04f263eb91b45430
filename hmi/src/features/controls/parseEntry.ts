/** What an operator typed, as a number; both decimal signs are taken, an empty or odd text is null. */
export function parseEntry(text: string): number | null {
  const plain = text.trim().replace("−", "-").replace(",", ".");
  if (!/^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(plain)) return null;
  return Number(plain);
}
