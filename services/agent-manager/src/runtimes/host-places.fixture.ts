import type { Directories } from '../checkouts/directories.ts';
import { MODES } from '../checkouts/private-directories.ts';
import { createHostPlaces, type HostPlaces } from './host-places.ts';

/** Places as those of workers that see their directories as they are, and belong to ourselves. */
export function hostPlacesIn(directories: Directories): HostPlaces {
  return createHostPlaces({
    directories,
    owner: null,
    mode: MODES.own,
    homeFolder: null,
    seenBy: (onHost) => onHost,
  });
}
