import type { TimelineSource } from './timeline-search.ts';

export const sourceWords: Readonly<Record<TimelineSource, string>> = {
  person: 'Person',
  api: 'API',
  engine: 'Engine',
  worker: 'Worker',
  git: 'Git',
  forge: 'Forge',
  webhook: 'Webhook',
};

const drawings: Readonly<Record<TimelineSource, string>> = {
  person: 'M8 7.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5ZM3 13.5c.5-2.6 2.4-4 5-4s4.5 1.4 5 4',
  api: 'M5.5 4 2 8l3.5 4M10.5 4 14 8l-3.5 4',
  engine: 'M8 2 13.2 5v6L8 14l-5.2-3V5z',
  worker: 'M2.5 4.5h11v7h-11zM5.5 8h5',
  git: 'M5 5.5v5M5 5.5a1.5 1.5 0 1 0 0-3 1.5 1.5 0 0 0 0 3ZM5 13.5a1.5 1.5 0 1 0 0-3 1.5 1.5 0 0 0 0 3ZM11.5 7.5a1.5 1.5 0 1 0 0-3 1.5 1.5 0 0 0 0 3ZM11.5 7.5c0 2-2 2.5-6.5 3',
  forge: 'M2.5 13.5h11M4 13.5v-6l4-5 4 5v6M8 13.5v-3',
  webhook: 'M8 2.5v8M4.75 7.25 8 10.5l3.25-3.25M2.5 13.5h11',
};

/** Always stands beside its word. */
export function SourceMark({ source }: { readonly source: TimelineSource }) {
  return (
    <svg
      width={16}
      height={16}
      viewBox="0 0 16 16"
      aria-hidden="true"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.4"
      strokeLinecap="round"
      strokeLinejoin="round"
    >
      <path d={drawings[source] ?? drawings.api} />
    </svg>
  );
}
