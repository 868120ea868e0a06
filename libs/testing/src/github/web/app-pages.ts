import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { addApp, installApp } from '../actions/apps.ts';
import { type App, accountOf, type World } from '../world.ts';
import { form, type Page, page, seeOther, text } from './html.ts';

const Manifest = z.object({
  name: z.string().min(1),
  redirect_url: z.url(),
  setup_url: z.url().optional(),
  hook_attributes: z.object({ url: z.url() }).optional(),
  default_permissions: z.record(z.string(), z.enum(['read', 'write', 'admin'])).default({}),
  default_events: z.array(z.string()).default([]),
});

/**
 * A product sends its manifest here by a form, and a person agrees: with the button the app is there, and the browser goes
 * back with a code that stands for it.
 * @param owner login of who will own it
 */
export function acceptManifest(world: World, owner: string, url: URL, sent: URLSearchParams): Page {
  const parsed = Manifest.safeParse(jsonOf(sent.get('manifest')));
  if (!parsed.success) return page('Not possible', `<pre>${text(z.prettifyError(parsed.error))}</pre>`, 422);
  const manifest = parsed.data;
  if (sent.get('do') !== 'create') {
    const kept = `<input type="hidden" name="manifest" value="${text(sent.get('manifest') ?? '')}">`;
    return page(`Create the app ${manifest.name}?`, form(url.pathname + url.search, kept, { create: 'Create' }));
  }
  const secret = randomBytes(20).toString('hex');
  const hook = manifest.hook_attributes === undefined ? null : { url: manifest.hook_attributes.url, secret };
  const { name, default_permissions: permissions, default_events: events, setup_url: setupUrl = null } = manifest;
  const made = addApp(world, { name, owner: accountOf(world, owner), permissions, events, hook, setupUrl });
  const code = randomBytes(20).toString('hex');
  world.manifests.set(code, made);
  return seeOther(withState(manifest.redirect_url, url, { code }));
}

/** A person installs the app on everything its owner has, and goes on to where the app says. */
export function install(world: World, app: App, url: URL, sent: URLSearchParams | null): Page {
  if (sent === null)
    return page(
      `Install ${app.name} on ${app.owner.login}?`,
      form(url.pathname + url.search, '', { install: 'Install' }),
    );
  const { id } = installApp(world, app, app.owner, 'all');
  if (app.setupUrl === null) return page('Installed', `<p>Installation ${id}</p>`);
  return seeOther(withState(app.setupUrl, url, { installation_id: String(id), setup_action: 'install' }));
}

function withState(to: string, { searchParams }: URL, query: Readonly<Record<string, string>>): string {
  const target = new URL(to);
  for (const [name, value] of Object.entries(query)) target.searchParams.set(name, value);
  const state = searchParams.get('state');
  if (state !== null) target.searchParams.set('state', state);
  return target.href;
}

function jsonOf(manifest: string | null): unknown {
  try {
    return JSON.parse(manifest ?? '');
  } catch (error) {
    // What is no JSON is no manifest, which is said with everything else that it lacks.
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
