import type { DeliveryOutcome } from '@claude-codex/contracts';

/** What narrows the list, and the one that is open; kept in the address, so that a link shows the same. */
export interface DeliveryFilter {
  readonly event: string;
  readonly outcome: DeliveryOutcome | '';
  readonly repository: string;
  /** Id; empty: none is open. */
  readonly open: string;
}

export const OUTCOMES = ['waiting', 'handled', 'no_effect', 'repeated', 'failed'] as const satisfies DeliveryOutcome[];
const PATH = '/settings/github/deliveries';

export function readFilter(params: Pick<URLSearchParams, 'get'>): DeliveryFilter {
  const said = params.get('outcome');
  return {
    event: params.get('event') ?? '',
    outcome: OUTCOMES.find((outcome) => outcome === said) ?? '',
    repository: params.get('repository') ?? '',
    open: params.get('open') ?? '',
  };
}

/** The address with this filter; what is empty is left out. */
export function addressOf(filter: DeliveryFilter): string {
  const { event, outcome, repository, open } = filter;
  const said = Object.entries({ event, outcome, repository, open }).filter(([, value]) => value !== '');
  return said.length === 0 ? PATH : `${PATH}?${new URLSearchParams(said).toString()}`;
}

export function isNarrowed({ event, outcome, repository }: DeliveryFilter): boolean {
  return event !== '' || outcome !== '' || repository !== '';
}
