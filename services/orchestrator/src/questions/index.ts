export { lookAfterQuestions } from './look-after-questions.ts';
