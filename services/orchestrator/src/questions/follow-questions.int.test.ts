import { keptFoldContract } from '@claude-codex/service-kit/kept-fold.contract';
import { followQuestions, QUESTIONS_FILE } from './follow-questions.ts';

keptFoldContract('the questions that are not settled', {
  file: QUESTIONS_FILE,
  async follow({ root: directory, ...place }) {
    const followed = followQuestions({ ...place, directory });
    const open = await followed.begun;
    return { ...followed, known: () => open.kept() };
  },
});
