import { ChangePasswordRequest, PasswordLink, ResetPasswordRequest } from '@claude-codex/contracts';
import { Problem } from '@claude-codex/service-kit/http/problem';
import type { HttpServer } from '@claude-codex/service-kit/http/server';
import { z } from 'zod';
import type { Members } from '../access/members.ts';
import { principalOf } from '../access/principal.ts';
import { refuseCommonPassword } from './common-passwords.ts';
import type { GuessLimit } from './guess-limit.ts';
import type { KnownDevices } from './known-device.ts';
import type { PasswordLinks } from './password-links.ts';
import type { Passwords } from './passwords.ts';
import type { People } from './people.ts';
import type { Sessions } from './sessions.ts';
import { clientOf } from './setup-routes.ts';

interface Parts {
  members: Members;
  people: People;
  passwords: Passwords;
  links: PasswordLinks;
  sessions: Sessions;
  limit: GuessLimit;
  devices: KnownDevices;
}

/** A person changes their own password; an owner makes a link for somebody who cannot log in any more. */
export function addPasswordRoutes(app: HttpServer, parts: Parts): void {
  const { members, people, passwords, links, sessions, limit, devices } = parts;

  app.post(
    '/api/password',
    {
      schema: {
        tags: ['accounts'],
        operationId: 'changePassword',
        summary: 'Changes the password of whoever asks; every other session of theirs ends',
        body: ChangePasswordRequest,
        response: { 204: z.null() },
      },
    },
    async (request, reply) => {
      const { personId, via } = principalOf(request);
      const { current, password } = request.body;
      // Counted by the session: what strangers do at the login does not stop somebody who is in.
      const guess = { account: null, address: request.ip, device: `session ${via.id}` };
      await limit.guess(guess, () => passwords.check(personId, current));
      await passwords.set(personId, password);
      await sessions.revokeOthers(personId, via.id);
      return reply.code(204).send(null);
    },
  );

  app.post(
    '/api/members/:id/password-link',
    {
      schema: {
        tags: ['members'],
        operationId: 'createPasswordLink',
        summary: 'Makes a link by which a member chooses a new password, once; it is shown this once',
        params: z.object({ id: z.string().min(1).max(100) }),
        response: { 201: PasswordLink },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const { personId, workspaceId, ownsInstallation } = principalOf(request);
      if ((await members.roleOf(workspaceId, id)) === null) {
        throw new Problem('MEMBER_UNKNOWN', { detail: 'There is no such member.' });
      }
      // Who holds the link is that person, in every workspace of theirs.
      if (!ownsInstallation && (await people.workspacesOf(id)).some((other) => other !== workspaceId)) {
        throw new Problem('MEMBER_ELSEWHERE', {
          detail: 'This person belongs to another workspace too: an owner of the installation makes the link.',
        });
      }
      request.log.info({ personId: id, by: personId }, 'a link for a new password was made');
      return reply.code(201).send(await links.create(id, personId));
    },
  );

  app.post(
    '/api/password/reset',
    {
      schema: {
        tags: ['accounts'],
        operationId: 'resetPassword',
        summary: 'Chooses a new password by a link, ends every session of that person and logs in',
        body: ResetPasswordRequest,
        response: { 204: z.null() },
      },
    },
    async (request, reply) => {
      const { token, password } = request.body;
      const guess = { account: null, address: request.ip, device: null };
      const { personId, name, email } = await limit.guess(guess, () => links.find(token));
      // Before the link is taken: a password that is refused leaves it good for another try.
      refuseCommonPassword(password, { name, email });
      await links.take(token);
      await passwords.set(personId, password);
      await sessions.revokeAll(personId);
      const cookies = await sessions.open({ email, password }, clientOf(request));
      reply.header('set-cookie', [devices.remember(request.headers.cookie, email), ...cookies]);
      return reply.code(204).send(null);
    },
  );
}
