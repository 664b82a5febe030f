import type { Person } from './example-organisation.ts';

/** How an Application of one environment is written. */
export interface ExampleDeployment {
  readonly environment: 'dev' | 'staging' | 'prod';
  /** `absent`: automated sync without the setting; `manual`: no automated sync at all. */
  readonly prune: boolean | 'absent' | 'manual';
  /** What is peculiar about the file. */
  readonly oddity?: 'crlf' | 'flow' | 'flush' | 'wide' | 'unended' | 'project' | 'two-regions' | 'quoted';
}

export interface ExampleApplication {
  readonly name: string;
  readonly team: string;
  readonly description: string;
  readonly maintainer: Person;
  readonly deployments: readonly ExampleDeployment[];
  readonly values: 'web' | 'anchors' | 'worker' | 'shared';
  readonly workflow: 'action' | 'commands' | 'environment';
  readonly hasBase: boolean;
}

export const exampleApplications: readonly ExampleApplication[] = [
  {
    name: 'billing',
    team: 'payments',
    description: 'Invoices and dunning.',
    maintainer: 'amara',
    deployments: [
      { environment: 'dev', prune: true },
      { environment: 'staging', prune: true },
      { environment: 'prod', prune: true },
    ],
    values: 'web',
    workflow: 'action',
    hasBase: true,
  },
  {
    name: 'checkout',
    team: 'payments',
    description: 'Takes orders and payments.',
    maintainer: 'amara',
    deployments: [
      { environment: 'dev', prune: true },
      { environment: 'staging', prune: true },
      { environment: 'prod', prune: true, oddity: 'quoted' },
    ],
    values: 'web',
    workflow: 'commands',
    hasBase: true,
  },
  {
    name: 'ledger',
    team: 'payments',
    description: 'Double-entry bookkeeping of every payment.',
    maintainer: 'bruno',
    deployments: [
      { environment: 'dev', prune: true, oddity: 'flush' },
      { environment: 'prod', prune: true, oddity: 'project' },
    ],
    values: 'shared',
    workflow: 'environment',
    hasBase: true,
  },
  {
    name: 'login',
    team: 'identity',
    description: 'Signs people in.',
    maintainer: 'chiara',
    deployments: [
      { environment: 'dev', prune: true },
      { environment: 'staging', prune: true, oddity: 'quoted' },
      { environment: 'prod', prune: true, oddity: 'flow' },
    ],
    values: 'web',
    workflow: 'action',
    hasBase: true,
  },
  {
    name: 'profile',
    team: 'identity',
    description: 'Names, addresses and avatars.',
    maintainer: 'chiara',
    deployments: [
      { environment: 'dev', prune: true },
      { environment: 'staging', prune: 'absent' },
    ],
    values: 'web',
    workflow: 'action',
    hasBase: false,
  },
  {
    name: 'catalog',
    team: 'search',
    description: 'What there is to buy.',
    maintainer: 'dmitri',
    deployments: [
      { environment: 'dev', prune: true },
      { environment: 'staging', prune: true },
      { environment: 'prod', prune: true, oddity: 'two-regions' },
    ],
    values: 'anchors',
    workflow: 'commands',
    hasBase: true,
  },
  {
    name: 'indexer',
    team: 'search',
    description: 'Feeds the search index.',
    maintainer: 'dmitri',
    deployments: [{ environment: 'dev', prune: true }],
    values: 'worker',
    workflow: 'commands',
    hasBase: false,
  },
  {
    name: 'shipping',
    team: 'logistics',
    description: 'Books carriers and prints labels.',
    maintainer: 'elif',
    deployments: [
      { environment: 'dev', prune: true, oddity: 'flow' },
      { environment: 'staging', prune: true },
      { environment: 'prod', prune: true },
    ],
    values: 'anchors',
    workflow: 'action',
    hasBase: true,
  },
  {
    name: 'tracking',
    team: 'logistics',
    description: 'Where parcels are.',
    maintainer: 'elif',
    deployments: [
      { environment: 'dev', prune: true, oddity: 'crlf' },
      { environment: 'prod', prune: true, oddity: 'crlf' },
    ],
    values: 'web',
    workflow: 'environment',
    hasBase: true,
  },
  {
    name: 'returns',
    team: 'logistics',
    description: 'Takes parcels back.',
    maintainer: 'elif',
    deployments: [{ environment: 'dev', prune: 'manual' }],
    values: 'worker',
    workflow: 'action',
    hasBase: false,
  },
  {
    name: 'notifier',
    team: 'platform',
    description: 'Sends mail and messages.',
    maintainer: 'farid',
    deployments: [
      { environment: 'staging', prune: true, oddity: 'wide' },
      { environment: 'prod', prune: true, oddity: 'unended' },
    ],
    values: 'shared',
    workflow: 'commands',
    hasBase: true,
  },
  {
    name: 'audit-log',
    team: 'platform',
    description: 'Keeps who did what, for ten years.',
    maintainer: 'farid',
    deployments: [{ environment: 'prod', prune: false }],
    values: 'shared',
    workflow: 'action',
    hasBase: true,
  },
  {
    name: 'coupons',
    team: 'growth',
    description: 'Codes that make things cheaper.',
    maintainer: 'bruno',
    deployments: [
      { environment: 'dev', prune: true },
      { environment: 'staging', prune: true },
    ],
    values: 'web',
    workflow: 'action',
    hasBase: false,
  },
];
