/**
 * For the main program of a command: the first SIGINT, SIGTERM or SIGHUP runs `stop` and then ends this process with the usual
 * code; a second one ends it at once, and the children with it. Returns a function that takes the handlers away.
 */
export function stopOnSignal(stop: (signal: NodeJS.Signals) => Promise<void>): () => void {
  const codes = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const;
  let isStopping = false;
  const handle = (signal: NodeJS.Signals) => {
    const code = codes[signal as keyof typeof codes];
    if (isStopping) process.exit(code);
    isStopping = true;
    stop(signal).then(
      () => process.exit(code),
      (error: unknown) => {
        process.stderr.write(`${String(error)}\n`);
        process.exit(code);
      },
    );
  };
  const signals = Object.keys(codes) as readonly (keyof typeof codes)[];
  for (const signal of signals) process.on(signal, handle);
  return () => {
    for (const signal of signals) process.off(signal, handle);
  };
}
