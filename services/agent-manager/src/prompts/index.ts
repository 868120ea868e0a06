export { type Reader, readDocuments, type Told, withDocuments } from './documents.ts';
export { nudgeText, type ResumePromptInput, resumePrompt } from './resume-prompt.ts';
export { type SystemPromptInput, systemPrompt } from './system-prompt.ts';
