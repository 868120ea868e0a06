/**
 * Prints how a command is used and ends, when that is asked for anywhere in its words: before anything is built,
 * stopped or written.
 */
export function answerHelp(usage) {
  const words = process.argv.slice(2);
  if (!words.includes('--help') && !words.includes('-h')) return;
  process.stdout.write(usage);
  process.exit(0);
}
