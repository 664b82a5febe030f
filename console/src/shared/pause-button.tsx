import { Suspense, useState } from 'react';
import { Button } from '../ui/button.tsx';
import { lazy } from '../ui/patient-lazy.ts';
import { usePaletteActions } from './palette-actions.ts';
import { type PauseChange, type PauseScope, scopeName } from './pauses.ts';

const PauseDialog = lazy(() =>
  import('./pause-dialog.tsx').then((module) => ({ default: module.PauseDialog })),
);

interface PauseButtonProps {
  readonly scope: PauseScope;
  readonly change: PauseChange;
  readonly size?: 'small' | 'normal';
  /** Where several stand on one page, each says what it is for. */
  readonly isOneOfMany?: boolean;
}

/** Opens the dialog that pauses or resumes; also in the palette. */
export function PauseButton({ scope, change, size = 'normal', isOneOfMany = false }: PauseButtonProps) {
  const [isOpen, setOpen] = useState(false);
  const verb = change === 'pause' ? 'Pause' : 'Resume';
  const name = scopeName(scope);
  usePaletteActions([
    { id: `${change} ${scope.kind} ${name}`, label: `${verb} ${name}`, run: () => setOpen(true) },
  ]);
  return (
    <>
      <Button
        size={size}
        onPress={() => setOpen(true)}
        {...(isOneOfMany && { 'aria-label': `${verb} ${name}` })}
      >
        {verb}…
      </Button>
      {isOpen ? (
        <Suspense>
          <PauseDialog scope={scope} change={change} onClose={() => setOpen(false)} />
        </Suspense>
      ) : null}
    </>
  );
}
