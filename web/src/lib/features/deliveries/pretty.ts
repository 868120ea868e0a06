/** JSON with line breaks. What is no JSON is shown as it is. */
export function pretty(json: string): string {
  try {
    return JSON.stringify(JSON.parse(json), null, 2);
  } catch {
    // Kept as it came, whatever it is.
    return json;
  }
}
