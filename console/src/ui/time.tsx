import { useSyncExternalStore } from 'react';
import { clock } from './clock.ts';
import { formatAge, formatDuration, formatExact, formatRelative } from './format.ts';

/** A text that depends on the time and is rendered again only when it reads differently. */
export function useTicking(text: (now: number) => string): string {
  return useSyncExternalStore(clock.subscribe, () => text(clock.now()));
}

interface TimeProps {
  readonly at: string;
  readonly className?: string;
}

/** `3 min ago`, with the exact time on hover. Its ticking is not told by a live region that it stands in. */
export function RelativeTime({ at, className }: TimeProps) {
  const text = useTicking((now) => formatRelative(at, now));
  return (
    <time aria-live="off" dateTime={at} title={formatExact(at)} className={className}>
      {text}
    </time>
  );
}

/** `3 min`: how long something is so. */
export function Age({ at, className }: TimeProps) {
  const text = useTicking((now) => formatAge(at, now));
  return (
    <time aria-live="off" dateTime={at} title={`Since ${formatExact(at)}`} className={className}>
      {text}
    </time>
  );
}

interface DurationProps {
  readonly from: string;
  /** Left out while it goes on. */
  readonly to?: string | undefined;
}

export function Duration({ from, to }: DurationProps) {
  const text = useTicking((now) => {
    if (to !== undefined) return formatDuration(Date.parse(to) - Date.parse(from));
    const seconds = Math.floor((now - Date.parse(from)) / 1_000);
    return seconds < 1 ? '0 s' : formatDuration(seconds * 1_000);
  });
  const title =
    to === undefined ? `Since ${formatExact(from)}` : `${formatExact(from)} to ${formatExact(to)}`;
  return (
    <span aria-live="off" title={title}>
      {text}
    </span>
  );
}
