import type { AddCommentRequest, ApproveReviewAnswer, CommandAccepted, MergeStrategy } from '@claude-codex/contracts';
import { request } from './client.ts';

export const approve = (id: string, note: string, merge: MergeStrategy | null) =>
  request<ApproveReviewAnswer>('PATCH', `/reviews/${id}/approve`, { note, merge });
export const requestChanges = (id: string, summary: string) =>
  request<CommandAccepted>('PATCH', `/reviews/${id}/request-changes`, { summary });
export const reject = (id: string, summary: string) =>
  request<CommandAccepted>('PATCH', `/reviews/${id}/reject`, { summary });

export const addComment = (id: string, comment: AddCommentRequest) =>
  request<CommandAccepted>('POST', `/reviews/${id}/comments`, comment);
export const editComment = (id: string, commentId: string, body: string) =>
  request<CommandAccepted>('PATCH', `/reviews/${id}/comments/${commentId}`, { body });
export const removeComment = (id: string, commentId: string) =>
  request<unknown>('DELETE', `/reviews/${id}/comments/${commentId}`);
export const markFile = (id: string, path: string, contentHash: string, reviewed: boolean) =>
  request<CommandAccepted>('PUT', `/reviews/${id}/files`, { path, contentHash, reviewed });
export const reviseDocument = (id: string, path: string, content: string) =>
  request<CommandAccepted>('PUT', `/reviews/${id}/documents`, { path, content });
