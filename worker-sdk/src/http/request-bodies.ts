import { z } from 'zod';
import { candidateId, slug } from '../contract-limits.ts';

const uuid = z
  .string()
  .regex(/^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i, 'must be a UUID');
const phase = z.enum(['execute', 'compensate']);
const attempt = z.int().min(1);
const jsonObject = z.record(z.string(), z.unknown());
const inputs = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]));

const candidate = z.object({
  id: candidateId,
  kind: z.string(),
  labels: z.record(z.string(), z.string()),
  metadata: jsonObject,
  files: z.array(
    z.object({
      name: z.string(),
      repo: z.string().exactOptional(),
      files: z.array(z.object({ path: z.string(), url: z.string().exactOptional() })),
    }),
  ),
});

/** What `POST /dispatch-step` takes. Fields that a newer server adds are left out. */
export const stepDispatchBody = z.object({
  migrationId: slug,
  revision: z.string(),
  runId: uuid,
  stepName: slug,
  type: z.string().min(1),
  phase,
  attempt,
  idempotencyKey: z.string().min(1).max(300),
  undoes: uuid.exactOptional(),
  candidate,
  config: jsonObject,
  inputs,
  outputs: z.record(z.string(), jsonObject),
  previousAttempt: z
    .object({
      attempt: z.int(),
      outcome: z
        .enum(['succeeded', 'merged', 'failed', 'skipped', 'timed_out', 'cancelled', 'superseded'])
        .exactOptional(),
      message: z.string().exactOptional(),
      metadata: jsonObject.exactOptional(),
    })
    .exactOptional(),
  deadline: z.string().exactOptional(),
  timeoutMs: z.number().min(0),
  callbackUrl: z.url({ protocol: /^https?$/, error: 'must be an http or https URL' }),
  callbackToken: z.string(),
});

/** What `POST /cancel-step` takes. */
export const stepCancellationBody = z.object({
  migrationId: slug,
  candidateId,
  runId: uuid,
  stepName: slug,
  phase,
  attempt,
  idempotencyKey: z.string().min(1).max(300),
  reason: z.string().exactOptional(),
  graceMs: z.number().min(1).exactOptional(),
});

const plannedStep = z.object({
  name: slug,
  workerApp: slug,
  kind: z.enum(['dispatch', 'review']).default('dispatch'),
  type: z.string().exactOptional(),
  description: z.string().exactOptional(),
  group: z.string().exactOptional(),
  config: jsonObject.exactOptional(),
  compensable: z.boolean().default(false),
  when: z.string().exactOptional(),
});

/** What `POST /dry-run` takes. */
export const dryRunBody = z.object({
  migrationId: slug,
  revision: z.string().exactOptional(),
  candidate,
  steps: z.array(plannedStep).max(200),
  inputs,
});

/** What `POST /bases` takes. */
export const basesBody = z.object({
  migrationId: slug,
  bases: z.array(z.object({ repo: z.string().min(1), branch: z.string().min(1) })).max(200),
});

/** What `POST /discover` takes. */
export const discoverBody = z.object({ migrationId: slug });

/** What `POST /redeliver-webhook` takes. */
export const webhookBody = z.object({
  source: slug,
  webhookId: z.string().min(1).max(255),
  headers: z.record(z.string(), z.string()),
  payload: z.string(),
});
