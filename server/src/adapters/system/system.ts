import { hash } from 'node:crypto';
import canonicalize from 'canonicalize';
import { v7 } from 'uuid';
import type { Clock, HashJson, NewId } from '../../application/ports/system.ts';

export const systemClock: Clock = { now: () => new Date() };

export const newUuid: NewId = () => v7();

/** SHA-256 of the canonical JSON (RFC 8785). `undefined` members are left out, as JSON does. */
export const hashJson: HashJson = (value) =>
  hash('sha256', canonicalize(JSON.parse(JSON.stringify(value))) ?? '', 'hex');
