const MIN_WIDTH = 30;

/** Draws lines into a box as wide as the longest of them. */
export function drawBoard(lines) {
  const width = Math.max(MIN_WIDTH, ...lines.map((line) => line.length + 2));
  const rows = lines.map((line) => `│ ${line.padEnd(width - 2)} │`);
  return [`┌${'─'.repeat(width)}┐`, ...rows, `└${'─'.repeat(width)}┘`].join('\n');
}
