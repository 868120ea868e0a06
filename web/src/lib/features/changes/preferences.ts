const PREFERENCES = 'codex.diff';

/** How this person likes to read diffs, kept by their browser. */
export interface Preferences {
  readonly split?: boolean;
  readonly ignoreWhitespace?: boolean;
}

export function readPreferences(): Preferences {
  try {
    return JSON.parse(localStorage.getItem(PREFERENCES) ?? '{}') as Preferences;
  } catch (error) {
    // Something else wrote there: the defaults are right.
    void error;
    return {};
  }
}

export function savePreferences(preferences: Preferences): void {
  localStorage.setItem(PREFERENCES, JSON.stringify(preferences));
}
