import type { AppChartSettings } from '../settings.ts';

const domain = 'acme.example';

/** The organisation that the example world is about, as the worker's settings name it. */
export const exampleSettings = {
  gitopsRepository: 'acme/gitops',
  environments: ['dev', 'staging', 'prod'],
  genericChart: { name: 'generic-app', repositoryUrl: `https://charts.${domain}/generic` },
  chartRepositoryUrl: `https://charts.${domain}/apps`,
} as const satisfies AppChartSettings;

export const gitHost = `https://git.${domain}`;

function person(name: string) {
  const email = `${name.toLowerCase().replaceAll(' ', '.')}@${domain}`;
  return { name, email };
}

export const people = {
  amara: person('Amara Okafor'),
  bruno: person('Bruno Lima'),
  chiara: person('Chiara Conti'),
  dmitri: person('Dmitri Orlov'),
  elif: person('Elif Kaya'),
  farid: person('Farid Haddad'),
};

export type Person = keyof typeof people;
