const numbers = new Intl.NumberFormat('en');
const exact = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'short',
  year: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  timeZoneName: 'short',
});
const day = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric' });

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const oneDay = 24 * hour;

export function formatNumber(value: number): string {
  return numbers.format(value);
}

/** `1 run`, `2 runs`, `1,204 candidates`. */
export function formatCount(value: number, one: string, many = `${one}s`): string {
  return `${formatNumber(value)} ${value === 1 ? one : many}`;
}

export function formatExact(at: string): string {
  return exact.format(new Date(at));
}

/** A length of time in at most two units: `12 ms`, `1.2 s`, `41 s`, `3 min 20 s`, `2 h 5 min`, `3 d 4 h`. */
export function formatDuration(milliseconds: number): string {
  const ms = Math.max(0, milliseconds);
  if (ms < 1) return '<1 ms';
  if (ms < 999.5) return `${Math.round(ms)} ms`;
  if (ms < 9_950) return `${Number((ms / second).toFixed(1))} s`;
  if (ms < minute) return `${Math.floor(ms / second)} s`;
  if (ms < hour) return units(ms, minute, 'min', second, 's');
  if (ms < oneDay) return units(ms, hour, 'h', minute, 'min');
  return units(ms, oneDay, 'd', hour, 'h');
}

function units(ms: number, large: number, largeName: string, small: number, smallName: string): string {
  const rest = Math.floor((ms % large) / small);
  return `${Math.floor(ms / large)} ${largeName}${rest > 0 ? ` ${rest} ${smallName}` : ''}`;
}

/** How long something lasts already, in one unit and without haste: `a moment`, `40 s`, `3 min`, `2 h`, `5 d`. */
export function formatAge(at: string, now: number): string {
  const ms = Math.max(0, now - Date.parse(at));
  if (ms < 10 * second) return 'a moment';
  if (ms < minute) return `${Math.floor(ms / (10 * second)) * 10} s`;
  if (ms < hour) return `${Math.floor(ms / minute)} min`;
  if (ms < 2 * oneDay) return `${Math.floor(ms / hour)} h`;
  if (ms < 60 * oneDay) return `${Math.floor(ms / oneDay)} d`;
  return `${Math.floor(ms / (30 * oneDay))} months`;
}

/** When something happened: `a moment ago`, `3 min ago`, or the day when it is long past; `in 20 s` when to come. */
export function formatRelative(at: string, now: number): string {
  const moment = Date.parse(at);
  if (moment - now > second) return `in ${formatDuration(Math.round((moment - now) / second) * second)}`;
  if (now - moment > 60 * oneDay) return day.format(moment);
  return `${formatAge(at, now)} ago`;
}

export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
