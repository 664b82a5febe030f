import type { NavigateOptions } from '@tanstack/react-router';
import type { FoundCandidate, MigrationSummary } from '../shared/contract.ts';
import type { PaletteAction } from '../shared/palette-actions.ts';
import { candidateLook } from '../shared/state-look.ts';
import { timelineIdKind } from '../shared/timeline-id.ts';

export interface PaletteEntry {
  readonly id: string;
  readonly label: string;
  readonly hint?: string;
  readonly run: () => void;
}

export interface PaletteSection {
  readonly name: string;
  readonly entries: readonly PaletteEntry[];
}

interface PaletteContent {
  readonly text: string;
  readonly migrations: readonly MigrationSummary[];
  /** The migration on screen, if there is one: only its candidates are looked for. */
  readonly migrationId: string | undefined;
  /** What the server found. */
  readonly candidates: readonly FoundCandidate[];
  /** Of the page on screen. */
  readonly actions: readonly PaletteAction[];
  /** Of the console itself. */
  readonly settings: readonly PaletteAction[];
  readonly go: (to: NavigateOptions) => void;
}

const mostMigrations = 8;
/** The server is asked for no more. */
export const mostCandidates = 8;

/** What the palette offers for a text: what can be done on the page first, then where one can go. */
export function paletteSections({
  text,
  migrations,
  migrationId,
  candidates,
  actions,
  settings,
  go,
}: PaletteContent): PaletteSection[] {
  const words = text
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  const fits = (...fields: (string | undefined)[]) => {
    const all = fields.join(' ').toLowerCase();
    return words.every((word) => all.includes(word));
  };
  const pages: PaletteEntry[] = [
    { id: 'page home', label: 'Home', run: () => go({ to: '/' }) },
    { id: 'page workers', label: 'Workers', run: () => go({ to: '/workers' }) },
    {
      id: 'page timeline',
      label: 'Timeline',
      hint: 'Of a run, trace, pull request or delivery',
      run: () => go({ to: '/timeline' }),
    },
    { id: 'page deliveries', label: 'Deliveries', run: () => go({ to: '/deliveries' }) },
    { id: 'page activity', label: 'Activity', run: () => go({ to: '/activity' }) },
    {
      id: 'page dead letters',
      label: 'Dead letters',
      hint: 'What no run could take',
      run: () => go({ to: '/dead-letters' }),
    },
    {
      id: 'page components',
      label: 'Components',
      hint: 'What the console is made of',
      run: () => go({ to: '/components' }),
    },
  ];
  const entriesOf = (offered: readonly PaletteAction[]): PaletteEntry[] =>
    offered
      .filter(({ label, hint }) => fits(label, hint))
      .map((action) => ({ ...action, id: `action ${action.id}` }));
  const workerApps = words.length === 0 ? [] : [...new Set(migrations.map(({ workerApp }) => workerApp))];
  const idKind = timelineIdKind(text);
  const id = text.trim();
  // Those that were found may be some of many.
  const allCandidates: PaletteEntry[] =
    migrationId === undefined || id === '' || candidates.length < mostCandidates
      ? []
      : [
          {
            id: 'all candidates',
            label: `All that contain “${id}”`,
            run: () => go({ to: '/migrations/$migrationId', params: { migrationId }, search: { q: id } }),
          },
        ];
  const sections: PaletteSection[] = [
    {
      name: 'Timeline',
      entries:
        idKind === undefined
          ? []
          : [
              {
                id: 'timeline',
                label: id,
                hint: `Timeline of this ${idKind}`,
                run: () => go({ to: '/timeline', search: { id } }),
              },
            ],
    },
    { name: 'Actions', entries: entriesOf(actions) },
    {
      name: migrationId === undefined ? 'Candidates' : 'Candidates of this migration',
      entries: [
        ...candidates.map(({ migrationId: its, migrationName, candidate }) => ({
          id: `candidate ${its} ${candidate.id}`,
          label: candidate.id,
          hint:
            migrationId === undefined
              ? `${candidateLook(candidate).word} · ${migrationName}`
              : candidateLook(candidate).word,
          run: () =>
            go({
              to: '/migrations/$migrationId/candidates/$candidateId',
              params: { migrationId: its, candidateId: candidate.id },
            }),
        })),
        ...allCandidates,
      ],
    },
    {
      name: 'Migrations',
      entries: migrations
        .filter(({ id, name, owner }) => fits(id, name, owner))
        .slice(0, mostMigrations)
        .map(({ id, name, owner }) => ({
          id: `migration ${id}`,
          label: name,
          hint: owner ?? id,
          run: () => go({ to: '/migrations/$migrationId', params: { migrationId: id } }),
        })),
    },
    {
      name: 'Workers',
      entries: workerApps
        .filter((app) => fits(app))
        .slice(0, mostMigrations)
        .map((app) => ({
          id: `worker ${app}`,
          label: app,
          hint: 'Worker',
          run: () => go({ to: '/workers', hash: app }),
        })),
    },
    { name: 'Pages', entries: pages.filter(({ label, hint }) => fits(label, hint)) },
    { name: 'Settings', entries: entriesOf(settings) },
  ];
  return sections.filter(({ entries }) => entries.length > 0);
}
