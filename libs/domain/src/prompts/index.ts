export { approvedDocuments } from './approved-documents.ts';
export { type FeedbackInput, feedbackText } from './feedback-text.ts';
export { type PhasePromptInput, phasePrompt } from './phase-prompt.ts';
export { promptOf } from './prompt-of.ts';
export { refusalText } from './refusal-text.ts';
export { reopenedText } from './reopened-text.ts';
