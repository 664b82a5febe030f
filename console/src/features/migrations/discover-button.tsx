import { answerOf, api } from '../../shared/api-client.ts';
import { notify } from '../../shared/notices.ts';
import { usePaletteActions } from '../../shared/palette-actions.ts';
import { ProblemMessage } from '../../shared/problem-message.tsx';
import { useAction } from '../../shared/use-action.ts';
import { Button } from '../../ui/button.tsx';

async function requestDiscovery(migrationId: string, key: string): Promise<void> {
  await answerOf(
    api.POST('/migrations/{migrationId}/discover', {
      params: { path: { migrationId }, header: { 'Idempotency-Key': key } },
    }),
  );
}

export function DiscoverButton({ migrationId }: { readonly migrationId: string }) {
  const { run, working, error } = useAction(requestDiscovery, () =>
    notify('The worker looks for candidates; they appear as it finds them.'),
  );
  usePaletteActions([
    {
      id: 'discover',
      label: 'Discover now',
      hint: `Look for candidates of ${migrationId}`,
      run: () => run(migrationId),
    },
  ]);
  return (
    <>
      <Button onPress={() => run(migrationId)} working={working('Asking the worker…')}>
        Discover now
      </Button>
      {error === null ? null : <ProblemMessage error={error} lead="Discovery was not asked for" />}
    </>
  );
}
