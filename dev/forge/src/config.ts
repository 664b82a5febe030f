import { isIP } from 'node:net';
import { z } from 'zod';

const listenAddress = z.string().transform((text, context) => {
  const [, bracketed, plain, port] = /^(?:\[([^\]]+)\]|([^:]*)):(\d{1,5})$/.exec(text) ?? [];
  const host = bracketed ?? plain ?? '';
  const isHost = bracketed === undefined ? /^[A-Za-z0-9.-]+$/.test(host) : isIP(host) === 6;
  if (port === undefined || Number(port) > 65_535 || !isHost) {
    context.addIssue({ code: 'custom', message: 'must be host:port, such as 127.0.0.1:7080' });
    return z.NEVER;
  }
  return { host, port: Number(port) };
});

const environment = z.object({
  FORGE_ROOT: z.string().min(1).default('.forge'),
  FORGE_LISTEN: listenAddress.prefault('127.0.0.1:7080'),
  FORGE_TOKEN: z.string().min(8).optional(),
  FORGE_WEBHOOK_SECRET: z.string().min(1).optional(),
  FORGE_PUBLIC_URL: z.url({ protocol: /^https?$/ }).optional(),
  FORGE_LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info'),
});

export interface ForgeConfig {
  readonly root: string;
  readonly host: string;
  readonly port: number;
  /** Without one the forge makes a token and keeps it in its folder. */
  readonly token: string | undefined;
  readonly webhookSecret: string | undefined;
  readonly publicUrl: string | undefined;
  readonly logLevel: string;
}

/** Reads the environment; an Error names every variable that is wrong. */
export function readConfig(variables: Readonly<Record<string, string | undefined>>): ForgeConfig {
  const parsed = environment.safeParse(variables);
  if (!parsed.success) {
    const problems = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
    throw new Error(`The forge cannot start:\n${problems.join('\n')}`);
  }
  const { data } = parsed;
  return {
    root: data.FORGE_ROOT,
    ...data.FORGE_LISTEN,
    token: data.FORGE_TOKEN,
    webhookSecret: data.FORGE_WEBHOOK_SECRET,
    publicUrl: data.FORGE_PUBLIC_URL?.replace(/\/$/, ''),
    logLevel: data.FORGE_LOG_LEVEL,
  };
}
