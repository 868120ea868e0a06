import type { IconName } from './icons.ts';

export interface MenuItem {
  readonly id: string;
  readonly label: string;
  readonly detail?: string;
  readonly icon?: IconName;
  readonly danger?: boolean;
}

export interface MenuProps {
  label: string;
  icon?: IconName;
  items: readonly MenuItem[];
  triggerClass?: string;
  disabled?: boolean;
  onpick: (id: string) => void;
}

/** How the button looks, before and after the menu behind it is loaded. */
export const TRIGGER = 'grid min-h-8 min-w-8 place-items-center rounded-md disabled:opacity-55';
