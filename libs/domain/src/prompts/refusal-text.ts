/** For an agent whose hand-over was refused: what is missing. */
export function refusalText(phase: string, reasons: readonly string[]): string {
  const list = reasons.map((reason) => `- ${reason}`).join('\n');
  return `The hand-over of the phase "${phase}" was not accepted:\n\n${list}\n\nPut that right and call complete_phase again.`;
}
