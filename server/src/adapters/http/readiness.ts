export type PartStatus = 'healthy' | 'degraded' | 'down';

/** One part that the server needs, asked whenever readiness is. */
export interface ReadinessCheck {
  readonly name: string;
  /** The detail is for people; it holds no credential. */
  check(): Promise<{ readonly status: PartStatus; readonly detail?: string | undefined }>;
  /** Whether the server cannot serve while this part is down; otherwise it is degraded. */
  readonly isVital: boolean;
}

export interface Readiness {
  readonly status: PartStatus;
  readonly parts: Readonly<
    Record<string, { readonly status: PartStatus; readonly detail?: string | undefined }>
  >;
}

const CHECK_MS = 2_000;

export async function checkReadiness(
  checks: readonly ReadinessCheck[],
  isDraining: boolean,
): Promise<Readiness> {
  const results = await Promise.all(checks.map(async (check) => ({ check, part: await settleCheck(check) })));
  const parts = Object.fromEntries(results.map(({ check, part }) => [check.name, part]));
  if (isDraining)
    return {
      status: 'down',
      parts: { ...parts, server: { status: 'down', detail: 'It is shutting down.' } },
    };
  const isDown = results.some(({ check, part }) => check.isVital && part.status === 'down');
  const isDegraded = results.some(({ part }) => part.status !== 'healthy');
  return { status: isDown ? 'down' : isDegraded ? 'degraded' : 'healthy', parts };
}

async function settleCheck(check: ReadinessCheck): Promise<Awaited<ReturnType<ReadinessCheck['check']>>> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<{ status: PartStatus; detail: string }>((resolve) => {
    timer = setTimeout(
      () => resolve({ status: 'down', detail: `No answer within ${CHECK_MS / 1000} s.` }),
      CHECK_MS,
    );
  });
  try {
    return await Promise.race([check.check(), late]);
  } catch {
    return { status: 'down', detail: 'It does not answer.' };
  } finally {
    clearTimeout(timer);
  }
}
