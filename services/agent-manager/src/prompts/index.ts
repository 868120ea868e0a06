export { type FeedbackInput, feedbackText } from './feedback-text.ts';
export { type PhasePromptInput, type PromptDocument, phasePrompt } from './phase-prompt.ts';
export { promptOf } from './prompt-of.ts';
export { reopenedText } from './reopened-text.ts';
export { nudgeText, type ResumePromptInput, refusalText, resumePrompt } from './resume-prompt.ts';
export { type SystemPromptInput, systemPrompt } from './system-prompt.ts';
