import type { TimelineItem } from '../../shared/contract.ts';
import { formatDuration } from '../../ui/format.ts';

/** Shorter pauses are not worth a line. */
const worthTellingMs = 60_000;

/** How long nothing happened between two items, whichever is above; undefined when that is not worth telling. */
export function gapBetween(one: TimelineItem, other: TimelineItem | undefined): string | undefined {
  if (other === undefined) return undefined;
  const [earlier, later] = Date.parse(one.at) < Date.parse(other.at) ? [one, other] : [other, one];
  const ms = Date.parse(later.at) - (Date.parse(earlier.at) + (earlier.durationMs ?? 0));
  return ms < worthTellingMs ? undefined : `Nothing for ${formatDuration(ms)}`;
}

const day = new Intl.DateTimeFormat('en-GB', {
  weekday: 'long',
  day: 'numeric',
  month: 'long',
  year: 'numeric',
});
const moment = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' });

/** The day, where it is another one than that of the item above. */
export function dayOf(item: TimelineItem, above: TimelineItem | undefined): string | undefined {
  const own = day.format(new Date(item.at));
  return above !== undefined && day.format(new Date(above.at)) === own ? undefined : own;
}

export function formatMoment(at: string): string {
  return moment.format(new Date(at));
}
