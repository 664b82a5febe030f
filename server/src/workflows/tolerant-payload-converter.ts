/**
 * Gives `undefined` for what cannot be decoded. The default throws, and a signal that anyone with access to Temporal
 * can send would then fail every workflow task of the run. REPLAY-SENSITIVE.
 */
import { defaultPayloadConverter, type PayloadConverter } from '@temporalio/workflow';

export const payloadConverter: PayloadConverter = {
  toPayload: (value, context, hint) => defaultPayloadConverter.toPayload(value, context, hint),
  fromPayload(payload, context, hint) {
    try {
      return defaultPayloadConverter.fromPayload(payload, context, hint);
    } catch {
      // The port has no word for nothing; every reader of a message checks it.
      return undefined as never;
    }
  },
};
