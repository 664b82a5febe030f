import { z } from 'zod';
import type { StepReport } from '../../application/ports/callbacks.ts';
import { toProse } from '../../domain/prose.ts';

/** What workers send back. All of it is hostile until it is parsed; unknown fields are dropped. */

const json = z.record(z.string(), z.unknown());
const time = z.string().regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/);
const slug = z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/);

const prose = (length: number) => z.string().max(length).transform(toProse);

const operation = z.object({
  id: z.string().max(64),
  kind: z.string().max(64),
  at: time,
  repository: z.string().max(500).optional(),
  branch: z.string().max(255).optional(),
  commit: z.string().max(64).optional(),
  url: z.string().max(2000).optional(),
  durationMs: z.number().int().min(0),
  result: z.enum(['ok', 'failed']),
  message: prose(500).optional(),
});

const PAYLOAD_BYTES = 64 * 1024;

/** `StepResult` of the contract. */
export const stepResult = z
  .object({
    eventId: z.string().min(1).max(128),
    status: z.enum(['succeeded', 'merged', 'failed', 'pending']),
    message: prose(2048).optional(),
    metadata: json.optional(),
    outputs: json.optional(),
    failureClass: z.enum(['transport', 'throttled', 'timeout', 'conflict', 'invalid', 'fatal']).optional(),
    retryable: z.boolean().optional(),
    operations: z.array(operation).max(200).default([]),
  })
  .refine(
    ({ metadata, outputs }) => Buffer.byteLength(JSON.stringify({ metadata, outputs })) <= PAYLOAD_BYTES,
    { error: 'metadata and outputs are larger than 64 KB together', params: { isTooLarge: true } },
  )
  .transform(({ operations, ...report }): { report: StepReport; operations: readonly unknown[] } => ({
    report,
    operations,
  }));

const fileChange = z.object({
  repo: z.string().max(500),
  baseCommit: z.string().max(64).optional(),
  path: z.string().max(4096),
  previousPath: z.string().max(4096).optional(),
  status: z.enum(['new', 'modified', 'deleted', 'renamed']),
  before: z.string().optional(),
  after: z.string().optional(),
  note: prose(2000).optional(),
});

/** `DryRunResult` of the contract. */
const bases = z
  .array(
    z.object({
      repo: z.string().min(1).max(500),
      branch: z.string().min(1).max(255),
      commit: z.string().min(1).max(64),
    }),
  )
  .max(200);

export const basesResult = z.object({ bases });

export const dryRunResult = z.object({
  steps: z
    .array(
      z.object({
        name: slug,
        skipped: z.boolean().optional(),
        message: prose(20_000).optional(),
        error: prose(20_000).optional(),
        changes: z.array(fileChange).optional(),
      }),
    )
    .max(200),
  bases: bases.optional(),
});

/** A refusal in any of the usual shapes; never trusted to be short or printable. */
const refusal = z.object({
  detail: z.string().optional(),
  message: z.string().optional(),
  error: z.string().optional(),
  title: z.string().optional(),
});

const MESSAGE_LENGTH = 1_000;

/** The reason that a worker gives for a refusal: of a problem, or its text. */
export function reasonOf(text: string, mediaType: string): string {
  return printable(sayReason(text, mediaType)).slice(0, MESSAGE_LENGTH);
}

function sayReason(text: string, mediaType: string): string {
  if (!mediaType.endsWith('json')) return mediaType === 'text/plain' ? text : '';
  const parsed = refusal.safeParse(parseJson(text));
  if (!parsed.success) return '';
  const { detail, message, error, title } = parsed.data;
  return detail ?? message ?? error ?? title ?? '';
}

export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** Whether a step result is fine but for its size. */
export function isTooLarge(error: z.ZodError): boolean {
  return error.issues.every((issue) => issue.code === 'custom' && issue.params?.['isTooLarge'] === true);
}

/** Where a value does not fit, in one line. */
export function describeMisfit(error: z.ZodError): string {
  return error.issues
    .slice(0, 3)
    .map(({ path, message }) => (path.length === 0 ? message : `${path.join('.')}: ${message}`))
    .join('; ');
}

function printable(text: string): string {
  return toProse(text)
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .trim();
}
