import type { temporal } from '@temporalio/proto';

/** One event as Temporal keeps it. */
export type HistoryEvent = temporal.api.history.v1.IHistoryEvent;
export type Failure = temporal.api.failure.v1.IFailure;

type ProtoNumber = number | { toNumber(): number } | null | undefined;

/** Of a Timestamp or a Duration. */
export function msOf(
  proto: { readonly seconds?: ProtoNumber; readonly nanos?: number | null } | null | undefined,
): number | undefined {
  if (proto === null || proto === undefined) return undefined;
  return numberOf(proto.seconds) * 1_000 + (proto.nanos ?? 0) / 1_000_000;
}

export function timeOf(proto: Parameters<typeof msOf>[0]): string | undefined {
  const ms = msOf(proto);
  return ms === undefined ? undefined : new Date(ms).toISOString();
}

export function numberOf(value: ProtoNumber): number {
  if (value === null || value === undefined) return 0;
  return typeof value === 'number' ? value : value.toNumber();
}

const MOST_SHOWN = 300;

/** What failed and why, the causes behind it included; never a stack. */
export function describeFailure(failure: Failure | null | undefined): string | undefined {
  const said: string[] = [];
  for (let one = failure; one !== null && one !== undefined; one = one.cause) {
    const message = one.message?.replace(/\s+/g, ' ').trim() ?? '';
    if (message !== '' && !said.includes(message)) said.push(message);
  }
  const text = said.join(': ');
  if (text === '') return undefined;
  return text.length > MOST_SHOWN ? `${text.slice(0, MOST_SHOWN)}…` : text;
}
