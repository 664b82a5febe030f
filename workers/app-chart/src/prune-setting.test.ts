import { editYaml } from '@loom/worker-sdk/git';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { disablePruneIn, type RecordedPrune, restorePruneIn } from './prune-setting.ts';

function disable(text: string): { readonly text: string; readonly recorded: readonly RecordedPrune[] } {
  let recorded: readonly RecordedPrune[] = [];
  const after = editYaml(text, (documents) => {
    recorded = disablePruneIn(documents, 'dev/app.yaml');
  });
  return { text: after, recorded };
}

function restore(text: string, recorded: readonly RecordedPrune[]) {
  let left: readonly string[] = [];
  const after = editYaml(text, (documents) => {
    left = restorePruneIn(documents, 'dev/app.yaml', recorded);
  });
  return { text: after, left };
}

function application(name: string, automated: string): string {
  return `# ${name}
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: ${name}}
spec:
  project: shop
  syncPolicy:
${automated}    syncOptions: [CreateNamespace=true] # keep
`;
}

const on = application(
  'on',
  '    automated:\n      prune: true # remove what is gone\n      selfHeal: true\n',
);
const off = application('off', '    automated:\n      prune: false\n');
const absent = application('absent', '    automated: {selfHeal: true}\n');
const manual = application('manual', '');
const project =
  'apiVersion: argoproj.io/v1alpha1\nkind: AppProject\nmetadata: {name: shop}\nspec: {prune: true}\n';

describe('the prune setting', () => {
  it('is switched off where it is on, and what it was is recorded for every Application', () => {
    const text = [on, off, absent, manual, project].join('---\n');
    const disabled = disable(text);
    expect(disabled.recorded).toEqual([
      { file: 'dev/app.yaml', application: 'on', was: true },
      { file: 'dev/app.yaml', application: 'off', was: false },
      { file: 'dev/app.yaml', application: 'absent', was: 'absent' },
      { file: 'dev/app.yaml', application: 'manual', was: 'absent' },
    ]);
    expect(disabled.text).toBe(text.replace('prune: true # remove', 'prune: false # remove'));
    expect(restore(disabled.text, disabled.recorded)).toEqual({ text, left: [] });
  });

  it('is left alone when somebody took it out meanwhile, and they are named', () => {
    const { recorded } = disable(on);
    const changed = on.replace('      prune: true # remove what is gone\n', '');
    expect(restore(changed, recorded)).toEqual({ text: changed, left: ['on'] });
  });

  it('stays on when somebody switched it on meanwhile', () => {
    const { recorded } = disable(on);
    expect(restore(on, recorded)).toEqual({ text: on, left: [] });
  });

  it.each(['yes', 'on', 'True'])('counts as on when it is written as %s, as Kubernetes reads it', (word) => {
    const text = on.replace('prune: true', `prune: ${word}`);
    expect(disable(text)).toEqual({
      text: on.replace('prune: true', 'prune: false'),
      recorded: [{ file: 'dev/app.yaml', application: 'on', was: true }],
    });
  });

  it('comes back byte for byte, and is never switched on where it was off (trap 14)', () => {
    const states = ['true', 'false', 'absent', 'manual'] as const;
    const state = fc.constantFrom(...states);
    const world = fc.record({
      states: fc.array(state, { minLength: 1, maxLength: 5 }),
      eol: fc.constantFrom('\n', '\r\n'),
      isFlow: fc.boolean(),
    });
    const write = (was: (typeof states)[number], index: number, isFlow: boolean): string => {
      if (was === 'manual') return application(`app-${index}`, '');
      const entries = [...(was === 'absent' ? [] : [`prune: ${was}`]), 'selfHeal: true'];
      const automated = isFlow
        ? `    automated: {${entries.join(', ')}}\n`
        : `    automated:\n${entries.map((entry) => `      ${entry}\n`).join('')}`;
      return application(`app-${index}`, automated);
    };
    fc.assert(
      fc.property(world, ({ states: written, eol, isFlow }) => {
        const text = written
          .map((was, index) => write(was, index, isFlow))
          .join('---\n')
          .replaceAll('\n', eol);
        const disabled = disable(text);
        expect(disabled.text).toBe(text.replaceAll('prune: true', 'prune: false'));
        expect(disabled.recorded.map(({ was }) => String(was))).toEqual(
          written.map((was) => (was === 'manual' ? 'absent' : was)),
        );
        expect(restore(disabled.text, disabled.recorded).text).toBe(text);
      }),
    );
  });
});
