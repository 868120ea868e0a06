export { readDocuments, withDocuments } from './documents.ts';
export { nudgeText, type ResumePromptInput, resumePrompt } from './resume-prompt.ts';
export { type SystemPromptInput, systemPrompt } from './system-prompt.ts';
