import { randomUUID } from 'node:crypto';
import { redact } from '../redact.ts';
import type { Operation } from '../step-context.ts';
import type { RecordedOperation } from './attempt-record.ts';
import { cutText } from './bound-result.ts';

/** What one callback carries at most. */
const batchLength = 200;
/** From here on they are sent ahead of the result. */
const flushLength = 100;
/** What is kept while the server is away; a handler that does more is told by the count of the lost ones. */
const bufferLength = 2_000;

function recordOperation(operation: Operation, secrets: readonly string[]): RecordedOperation {
  const { kind, at, repository, branch, commit, url, durationMs, result, message } = operation;
  const clean = (text: string, bytes: number) => cutText(redact(text, secrets), bytes);
  const time = new Date(at);
  return {
    id: randomUUID(),
    kind: cutText(kind, 64),
    at: (Number.isNaN(time.getTime()) ? new Date() : time).toISOString(),
    durationMs: Math.max(0, Math.round(durationMs)),
    result,
    ...(repository === undefined ? {} : { repository: clean(repository, 500) }),
    ...(branch === undefined ? {} : { branch: cutText(branch, 255) }),
    ...(commit === undefined ? {} : { commit: cutText(commit, 64) }),
    ...(url === undefined ? {} : { url: clean(url, 2_000) }),
    ...(message === undefined ? {} : { message: clean(message, 500) }),
  };
}

/** The operations of one attempt that the server does not have yet, oldest first. */
export interface OperationBuffer {
  readonly all: readonly RecordedOperation[];
  /** How many had to be given up because too many waited. */
  readonly lost: number;
  add(operation: Operation): void;
  /** Enough wait to fill a callback. */
  readonly isFull: boolean;
  /** The oldest, as many as fit into one callback and so many bytes of JSON. */
  nextBatch(bytes: number): readonly RecordedOperation[];
  /** Forgets those that the server has. */
  drop(sent: readonly RecordedOperation[]): void;
}

export function createOperationBuffer(
  kept: readonly RecordedOperation[],
  secrets: readonly string[],
): OperationBuffer {
  let operations = [...kept];
  let lost = 0;
  const nextBatch = (bytes: number) => {
    let left = bytes;
    const end = operations.findIndex((operation, index) => {
      left -= Buffer.byteLength(JSON.stringify(operation)) + 1;
      return index >= batchLength || left < 0;
    });
    return end === -1 ? operations.slice() : operations.slice(0, end);
  };
  return {
    get all() {
      return operations;
    },
    get lost() {
      return lost;
    },
    get isFull() {
      return operations.length >= flushLength;
    },
    add(operation) {
      operations.push(recordOperation(operation, secrets));
      if (operations.length <= bufferLength) return;
      operations.shift();
      lost += 1;
    },
    nextBatch,
    drop(sent) {
      const ids = new Set(sent.map(({ id }) => id));
      operations = operations.filter(({ id }) => !ids.has(id));
    },
  };
}
