import { z } from 'zod';

/** Ids of migrations, steps and worker apps. */
export const slug = z
  .string()
  .regex(
    /^[a-z0-9][a-z0-9-]{0,62}$/,
    'must be lower case letters, digits and "-", starting with a letter or digit, at most 63 characters',
  );

/** What the contract allows for the parts of an announcement, so that a definition fails before it is sent. */
const commonStepShape = {
  name: slug,
  description: z.string().max(2_000).optional(),
  group: z.string().max(63).optional(),
  when: z.string().max(2_000).optional(),
};

const intervalMs = z.int().min(100).max(86_400_000).optional();

const waitMs = z.int().min(1_000).max(31_536_000_000).optional();

export const reviewStepLimits = z.object({
  ...commonStepShape,
  approvals: z.int().min(1).max(20).optional(),
  instructions: z.string().max(10_000).optional(),
  links: z
    .array(
      z.strictObject({
        label: z.string().min(1).max(200),
        url: z.url({ protocol: /^https?$/, error: 'must be an http or https URL' }).max(2_000),
      }),
    )
    .max(20)
    .optional(),
  remindAfterMs: waitMs,
  escalateAfterMs: waitMs,
});
export const workStepLimits = z.object({
  ...commonStepShape,
  timeoutMs: waitMs,
  remindAfterMs: waitMs,
  compensable: z.boolean().optional(),
  cancelGraceSeconds: z.int().min(0).max(300).optional(),
  concurrencyKey: z.string().min(1).max(200).optional(),
  retry: z
    .strictObject({
      maxAttempts: z.int().min(1).max(20),
      initialIntervalMs: intervalMs,
      backoffCoefficient: z.number().min(1).max(10).optional(),
      maxIntervalMs: intervalMs,
      classes: z
        .array(z.enum(['transport', 'throttled', 'timeout', 'conflict', 'invalid', 'fatal']))
        .min(1)
        .optional(),
    })
    .optional(),
});

export const migrationLimits = z.object({
  id: slug,
  name: z.string().min(1).max(200),
  description: z.string().max(2_000).optional(),
  owner: z.string().max(200).optional(),
  overview: z.string().max(50_000).optional(),
  labelKeys: z
    .array(
      z
        .string()
        .max(63)
        .regex(/^[^=\s]+$/, 'must be without "=" and spaces'),
    )
    .max(16)
    .optional(),
  steps: z.array(z.unknown()).min(1, 'must have at least one step').max(200),
  discoverEveryMs: z.number().positive().optional(),
});

const requiredInputName = /^[A-Za-z_][A-Za-z0-9_-]{0,62}$/;
export const requiredInputLimits = z.strictObject({
  name: z
    .string()
    .regex(requiredInputName, 'must be letters, digits, "_" and "-", not starting with a digit'),
  label: z.string().max(200).optional(),
  description: z.string().max(2_000).optional(),
  type: z.enum(['string', 'number', 'boolean', 'enum', 'secret']),
  required: z.boolean(),
  default: z.union([z.string(), z.number(), z.boolean()]).optional(),
  pattern: z.string().max(500).optional(),
  enum: z.array(z.string().max(500)).min(1).max(200).optional(),
});

/** `1 to 255 bytes of UTF-8 in NFC, no control characters, no leading or trailing space, not "." or ".."`. */
export const candidateId = z
  .string()
  .refine(
    (id) =>
      id.length > 0 &&
      Buffer.byteLength(id) <= 255 &&
      id === id.normalize('NFC') &&
      id === id.trim() &&
      id !== '.' &&
      id !== '..' &&
      !/[\p{Cc}\p{Cs}]/u.test(id),
    'must be 1 to 255 bytes of UTF-8 in NFC without control characters and outer spaces, and not "." or ".."',
  );

export const candidateLimits = z.object({
  id: candidateId,
  kind: z.string().min(1).max(63).optional(),
  labels: z
    .record(z.string(), z.string().max(255))
    .refine((labels) => Object.keys(labels).length <= 64, 'must be at most 64 labels')
    .optional(),
  metadata: z.record(z.string(), z.unknown()).optional(),
  files: z
    .array(
      z.object({
        name: z.string().min(1).max(255),
        repo: z.string().max(500).optional(),
        files: z.array(
          z.object({ path: z.string().min(1).max(4_096), url: z.string().max(4_096).optional() }),
        ),
      }),
    )
    .max(1_000)
    .optional(),
  steps: z.array(z.unknown()).max(200).optional(),
});
