import { Suspense, useState } from 'react';
import type { Instance, WorkerApp } from '../../shared/contract.ts';
import { usePaletteActions } from '../../shared/palette-actions.ts';
import { Button } from '../../ui/button.tsx';
import { lazy } from '../../ui/patient-lazy.ts';

const DrainDialog = lazy(() =>
  import('./drain-dialog.tsx').then((module) => ({ default: module.DrainDialog })),
);

interface DrainButtonProps {
  readonly app: WorkerApp;
  readonly instance: Instance;
}

/** Whether there is something to drain, or to resume: not once it has said goodbye, or is silent for good. */
export function canDrain({ state, draining }: Pick<Instance, 'state' | 'draining'>): boolean {
  return draining !== undefined || (state !== 'draining' && state !== 'dead');
}

/** Opens the dialog that drains or resumes an instance; also in the palette. */
export function DrainButton({ app, instance }: DrainButtonProps) {
  const [isOpen, setOpen] = useState(false);
  const change = instance.draining === undefined ? 'drain' : 'resume';
  const verb = change === 'drain' ? 'Drain' : 'Resume';
  const { instanceId } = instance;
  usePaletteActions([
    {
      id: `${change} ${app.workerApp} ${instanceId}`,
      label: `${verb} ${instanceId}`,
      hint: app.workerApp,
      run: () => setOpen(true),
    },
  ]);
  return (
    <>
      <Button size="small" onPress={() => setOpen(true)} aria-label={`${verb} ${instanceId}`}>
        {verb}…
      </Button>
      {isOpen ? (
        <Suspense>
          <DrainDialog app={app} instance={instance} change={change} onClose={() => setOpen(false)} />
        </Suspense>
      ) : null}
    </>
  );
}
