import type {
  AttentionItem,
  CommandAccepted,
  DependencyView,
  DiffFile,
  DiffIndex,
  DiffPart,
  QuestionView,
  RepositoryView,
  ReviewView,
  TaskView,
} from '@claude-codex/contracts';
import { waitFor } from '@claude-codex/testing';
import sodium from 'libsodium-wrappers';
import { type Api, createApi } from './api.ts';

export const OWNER = { name: 'Ada', email: 'ada@example.org', password: 'correct horse battery', workspace: 'Engines' };

const PATIENCE = { timeoutMs: 120_000 };

/** What a person does with the product, as a program does it: through the REST API alone. */
export interface Person {
  api: Api;
  connectSample(): Promise<RepositoryView>;
  createTask(request: object): Promise<string>;
  task(id: string): Promise<TaskView>;
  /** Waits until the task is so that `when` gives something. */
  waitForTask<T>(id: string, what: string, when: (task: TaskView) => T | null | undefined | false): Promise<T>;
  openReview(taskId: string, phase: string, round: number): Promise<ReviewView>;
  openQuestion(taskId: string): Promise<QuestionView>;
  openDependency(taskId: string): Promise<DependencyView>;
  attention(): Promise<AttentionItem[]>;
  /** The files of the newest change with the first part of their lines. */
  diff(taskId: string): Promise<{ files: (DiffFile & Pick<DiffPart, 'hunks'>)[] }>;
  provide(dependencyId: string, value: string): Promise<void>;
}

/** Creates the owner with the one-time set-up token and goes on with an API token, as a script would. */
export async function setUpOwner(url: string, setupToken: string): Promise<Person> {
  const answer = await fetch(`${url}/api/setup`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: url },
    body: JSON.stringify({ token: setupToken, ...OWNER }),
  });
  if (!answer.ok) throw new Error(`set-up failed: ${answer.status} ${await answer.text()}`);
  return personWithCookie(url, answer);
}

export async function logIn(url: string): Promise<Person> {
  const answer = await fetch(`${url}/api/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: url },
    body: JSON.stringify({ email: OWNER.email, password: OWNER.password }),
  });
  if (!answer.ok) throw new Error(`log-in failed: ${answer.status} ${await answer.text()}`);
  return personWithCookie(url, answer);
}

async function personWithCookie(url: string, answer: Response): Promise<Person> {
  const cookie = answer.headers
    .getSetCookie()
    .map((line) => line.split(';')[0])
    .join('; ');
  const made = await fetch(`${url}/api/tokens`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: url, cookie },
    body: JSON.stringify({ name: 'e2e', scope: 'admin' }),
  });
  if (!made.ok) throw new Error(`no API token: ${made.status} ${await made.text()}`);
  const { token } = (await made.json()) as { token: string };
  return createPerson(createApi(url, token));
}

export function createPerson(api: Api): Person {
  const task = (id: string) => api.get<TaskView>(`/api/tasks/${id}`);

  async function waitForTask<T>(
    id: string,
    what: string,
    when: (task: TaskView) => T | null | undefined | false,
  ): Promise<T> {
    let found: T | null | undefined | false = null;
    let seen: TaskView | null = null;
    await waitFor(
      `task: ${what}`,
      async () => {
        seen = await task(id).catch(() => null);
        if (seen?.state === 'failed' && what !== 'failed')
          throw new Error(`the task failed: ${JSON.stringify(seen.problem)}`);
        found = seen === null ? null : when(seen);
        return Boolean(found);
      },
      PATIENCE,
    );
    return found as T;
  }

  return {
    api,
    task,
    waitForTask,
    async connectSample() {
      const { id } = await api.post<CommandAccepted>('/api/repositories', { source: { kind: 'sample' } });
      let repository: RepositoryView | null = null;
      await waitFor(
        'the sample repository to be ready',
        async () => {
          const { repositories } = await api.get<{ repositories: RepositoryView[] }>('/api/repositories');
          repository = repositories.find((other) => other.id === id) ?? null;
          return repository?.status === 'ready';
        },
        PATIENCE,
      );
      return repository as unknown as RepositoryView;
    },
    createTask: async (request) => (await api.post<CommandAccepted>('/api/tasks', request)).id,
    openReview: (id, phase, round) =>
      waitForTask(id, `an open review of ${phase}, round ${round}`, ({ reviews }) =>
        reviews.find((review) => review.phase === phase && review.round === round && review.status === 'open'),
      ),
    openQuestion: (id) =>
      waitForTask(id, 'an open question', ({ questions }) => questions.find(({ status }) => status === 'open')),
    openDependency: (id) =>
      waitForTask(id, 'an open dependency request', ({ dependencies }) =>
        dependencies.find(({ status }) => status === 'open'),
      ),
    attention: async () => (await api.get<{ items: AttentionItem[] }>('/api/attention')).items,
    async diff(id) {
      const { files } = await api.get<DiffIndex>(`/api/tasks/${id}/changes`);
      const read = async (file: DiffFile) => {
        if (file.parts.length === 0) return { ...file, hunks: [] };
        const query = new URLSearchParams({ path: file.path });
        return { ...file, hunks: (await api.get<DiffPart>(`/api/tasks/${id}/changes/file?${query}`)).hunks };
      };
      return { files: await Promise.all(files.map(read)) };
    },
    async provide(dependencyId, value) {
      await sodium.ready;
      const { publicKey } = await api.get<{ publicKey: string }>('/api/secrets/key');
      const key = sodium.from_base64(publicKey, sodium.base64_variants.ORIGINAL);
      const sealed = sodium.to_base64(sodium.crypto_box_seal(value, key), sodium.base64_variants.ORIGINAL);
      await api.post(`/api/dependencies/${dependencyId}/provide`, { sealed });
    },
  };
}
