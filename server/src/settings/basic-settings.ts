import { z } from 'zod';
import { parseListenAddress } from '../listen-address.ts';
import { oneOf, setting, url } from './setting.ts';

/** What this process is and where it listens. */
export const BASIC_SETTINGS = {
  LOOM_ENV: setting(oneOf(['development', 'production']), {
    group: 'Basics',
    default: 'development',
    description:
      'In `production` nothing is made up: LOOM_SECRET and LOOM_WORKER_HOSTS have to be given, and Redis has to keep an append-only file.',
  }),
  LOOM_ROLE: setting(oneOf(['all', 'api', 'engine']), {
    group: 'Basics',
    default: 'all',
    description:
      'What this process does: `api` answers HTTP, `engine` runs the interpreter, `all` does both. Each may run many times.',
  }),
  LOOM_NAMESPACE: setting(
    z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'must be lower case letters, digits and hyphens'),
    {
      group: 'Basics',
      default: 'default',
      description:
        'Separates installations on one Redis and one Temporal: prefix of every Redis key and of the task queue, and the name of the Temporal namespace, which has to exist.',
    },
  ),
  LOOM_LOG_LEVEL: setting(oneOf(['debug', 'info', 'warn', 'error']), {
    group: 'Basics',
    default: 'info',
    description: 'The least severe log lines to write. They are JSON, one a line, on standard output.',
  }),
  LOOM_LISTEN: setting(
    z.string().transform((text, context) => {
      const address = parseListenAddress(text);
      if (address !== undefined) return address;
      context.addIssue({
        code: 'custom',
        message: 'must be host:port, such as 127.0.0.1:8080 or [::1]:8080',
      });
      return z.NEVER;
    }),
    {
      group: 'Basics',
      default: '127.0.0.1:8080',
      description:
        'Host and port of API and console; of health and metrics alone in the role `engine`. Anything but loopback needs LOOM_AUTH.',
    },
  ),
  LOOM_PUBLIC_URL: setting(
    url('http:', 'https:').transform((text) => text.replace(/\/+$/, '')),
    {
      group: 'Basics',
      description:
        'Where workers reach the API: the start of every callback URL. Unset: http:// and LOOM_LISTEN. Required in the role `engine`, and with a LOOM_LISTEN of 0.0.0.0 or [::].',
    },
  ),
  LOOM_CONSOLE_DIR: setting(z.string(), {
    group: 'Basics',
    description: 'Folder of the built console. Unset: console/dist next to the server.',
  }),
} as const;
