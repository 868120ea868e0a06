import { FORGES } from './forge-facts.ts';

const SEPARATOR = ':';

/** Who somebody is here who acts from a forge and stands for no member: the id on what they did. */
export function forgePersonId(provider: keyof typeof FORGES, login: string): string {
  return `${provider}${SEPARATOR}${login}`;
}

/** What people call them: `GitHub: grace`. Null for an id that is nobody's at a forge. */
export function forgePersonName(id: string): string | null {
  const [provider = '', login = ''] = id.split(SEPARATOR);
  const forge = Object.hasOwn(FORGES, provider) ? FORGES[provider as keyof typeof FORGES] : null;
  return forge === null || login === '' ? null : `${forge.title}: ${login}`;
}
