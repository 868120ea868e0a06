/** What is said of files that were pasted or dropped; null when there are none, or their text comes along as well. */
export function filesRefused(given: Pick<DataTransfer, 'files' | 'types'> | null): string | null {
  if (given === null || given.files.length === 0 || given.types.includes('text/plain')) return null;
  const images = [...given.files].every(({ type }) => type.startsWith('image/'));
  return `${images ? 'Images' : 'Files'} cannot be sent: say in words what matters, or commit the file to the repository.`;
}
