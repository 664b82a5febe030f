import { z } from 'zod';
import { list, oneOf, setting, url } from './setting.ts';

/** What Loom connects to, and whom it lets in. */
export const CONNECTION_SETTINGS = {
  LOOM_REDIS_URL: setting(url('redis:', 'rediss:'), {
    group: 'Connections',
    default: 'redis://127.0.0.1:6379',
    isSecret: true,
    description: 'Redis 7.0 or later with `appendonly yes` and `maxmemory-policy noeviction`.',
  }),
  LOOM_TEMPORAL_ADDRESS: setting(z.string().regex(/^[^\s/@]+:\d{1,5}$/, 'must be host:port'), {
    group: 'Connections',
    default: '127.0.0.1:7233',
    description: "Host and port of Temporal's frontend.",
  }),
  LOOM_TEMPORAL_UI_URL: setting(url('http:', 'https:'), {
    group: 'Connections',
    description: "Where people reach Temporal's own pages; the run inspector then links to them.",
  }),
  LOOM_AUTH: setting(oneOf(['none']), {
    group: 'Security',
    description:
      'Say `none` to let everyone who reaches a LOOM_LISTEN outside of this machine act as an operator. There is no sign-in yet.',
  }),
  LOOM_SECRET: setting(
    list.refine(
      (secrets) => secrets.length > 0 && secrets.every((secret) => secret.length >= 32),
      'each secret must have at least 32 characters',
    ),
    {
      group: 'Security',
      isSecret: true,
      description:
        'Signs callback tokens. To rotate, put the new secret in front, separated by a comma, and take the old one away after the longest run. Unset in development: made once and kept in Redis.',
    },
  ),
  LOOM_WORKER_HOSTS: setting(list, {
    group: 'Security',
    description:
      'Where workers may be, separated by commas: `loopback`, `private` (RFC 1918 and unique local addresses), addresses, CIDR blocks, host names, `*.domain`. Unset in development: `loopback,private`. Link-local and metadata addresses are always refused.',
  }),
} as const;
