/**
 * The bundled sample repository as the whole product names it, and the task it suggests. The demo makes the repository
 * and its scripted model tells its story for exactly this title; pages read it from `GET /api/sample`.
 */
export const SAMPLE = {
  name: 'front-desk',
  defaultBranch: 'main',
  checkCommand: 'node --test',
  suggestedTask: {
    title: 'Greet visitors by the time of day',
    description: [
      'The lobby display says "Hello" all day long. Greet visitors by the time of day instead: morning, afternoon and evening.',
      '',
      'The new display only accepts signed lines, so each line needs a signature made with the key of the greeting service.',
      'Keep the tests passing and cover the new behaviour.',
    ].join('\n'),
  },
} as const;
