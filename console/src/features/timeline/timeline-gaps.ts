import type { TimelineItem } from '../../shared/contract.ts';
import { formatDuration } from '../../ui/format.ts';

/** Shorter pauses are not worth a line. */
const worthTellingMs = 60_000;

/** How long nothing happened before an item, in words; undefined when that is not worth telling. */
export function gapBefore(item: TimelineItem, before: TimelineItem | undefined): string | undefined {
  if (before === undefined) return undefined;
  const ms = Date.parse(item.at) - (Date.parse(before.at) + (before.durationMs ?? 0));
  return ms < worthTellingMs ? undefined : `${formatDuration(ms)} later`;
}

const day = new Intl.DateTimeFormat('en-GB', {
  weekday: 'long',
  day: 'numeric',
  month: 'long',
  year: 'numeric',
});
const moment = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' });

/** The day, where it is another one than that of the item before. */
export function dayOf(item: TimelineItem, before: TimelineItem | undefined): string | undefined {
  const own = day.format(new Date(item.at));
  return before !== undefined && day.format(new Date(before.at)) === own ? undefined : own;
}

export function formatMoment(at: string): string {
  return moment.format(new Date(at));
}
