import type { Shape } from './tone.ts';

const ring = <circle cx="8" cy="8" r="5.75" fill="none" stroke="currentColor" strokeWidth="1.5" />;
const disc = <circle cx="8" cy="8" r="6.5" fill="currentColor" />;
const cut = {
  stroke: 'var(--cut)',
  strokeWidth: 1.6,
  fill: 'none',
  strokeLinecap: 'round',
  strokeLinejoin: 'round',
} as const;
const line = { ...cut, stroke: 'currentColor', strokeWidth: 1.5 } as const;

function drawing(shape: Shape) {
  switch (shape) {
    case 'hollow':
      return ring;
    case 'dotted':
      return <circle cx="8" cy="8" r="5.75" {...line} strokeDasharray="1.6 2.9" />;
    case 'handing':
      return (
        <>
          {ring}
          <path d="M5.25 8h5M8.5 5.75 10.75 8 8.5 10.25" {...line} />
        </>
      );
    case 'half':
      return (
        <>
          {ring}
          <path d="M8 4.5a3.5 3.5 0 0 1 0 7z" fill="currentColor" />
        </>
      );
    case 'outside':
      return (
        <>
          {ring}
          <path d="M8 4.75V8l2.25 1.5" {...line} />
        </>
      );
    case 'square':
      return (
        <>
          <rect x="2.25" y="2.25" width="11.5" height="11.5" rx="2" {...line} />
          <path d="M8 5v3.5M8 11v.01" {...line} />
        </>
      );
    case 'cross':
      return (
        <>
          {disc}
          <path d="m5.75 5.75 4.5 4.5m0-4.5-4.5 4.5" {...cut} />
        </>
      );
    case 'diamond':
      return (
        <>
          <path d="M8 .9 15.1 8 8 15.1.9 8z" fill="currentColor" />
          <path d="M8 4.75v3.75M8 11v.01" {...cut} />
        </>
      );
    case 'late':
      return (
        <>
          {disc}
          <path d="M8 4.5V8l2.4 1.6" {...cut} />
        </>
      );
    case 'bars':
      return (
        <>
          {ring}
          <path d="M6.5 6v4M9.5 6v4" {...line} />
        </>
      );
    case 'back':
      return <path d="M3.5 6.5h6a3.25 3.25 0 0 1 0 6.5H6M6 3.75 3.25 6.5 6 9.25" {...line} />;
    case 'stop':
      return (
        <>
          {ring}
          <path d="m6 6 4 4m0-4-4 4" {...line} />
        </>
      );
    case 'question':
      return (
        <>
          {disc}
          <path d="M6.25 6.5a1.75 1.75 0 1 1 2.6 1.5c-.6.35-.85.7-.85 1.25M8 11.5v.01" {...cut} />
        </>
      );
    case 'check':
      return (
        <>
          {disc}
          <path d="m5.25 8.25 1.9 1.9 3.6-4" {...cut} />
        </>
      );
    case 'merge':
      return (
        <>
          {disc}
          <path d="M6 11V5.25M6 5.5c0 2 1.5 3 4 3" {...cut} />
        </>
      );
    case 'dash':
      return (
        <>
          {ring}
          <path d="M5.5 8h5" {...line} />
        </>
      );
  }
}

/** A shape always stands beside its word, so it is hidden from assistive technology. */
export function StateShape({ shape, size = 16 }: { readonly shape: Shape; readonly size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 16 16" aria-hidden="true" style={{ flex: 'none' }}>
      {drawing(shape)}
    </svg>
  );
}
