import { StepFailure } from '../../step-failure.ts';
import type { YamlPath } from './yaml-source.ts';

/** An edit that cannot be made without touching lines that were not meant; nothing was changed. */
export class YamlEditRefusedError extends StepFailure {
  constructor(file: string, path: YamlPath, reason: string) {
    super(`${file}: "${path.join('.')}" cannot be edited: ${reason}`, {
      failureClass: 'invalid',
      metadata: { file },
    });
    this.name = 'YamlEditRefusedError';
  }
}
