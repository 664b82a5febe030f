/** The package has no types of its own. */
declare module '@bcoe/v8-coverage' {
  export interface ScriptCov {
    readonly scriptId: string;
    readonly url: string;
    readonly functions: {
      readonly functionName: string;
      readonly isBlockCoverage: boolean;
      readonly ranges: { readonly startOffset: number; readonly endOffset: number; readonly count: number }[];
    }[];
  }
  export function mergeScriptCovs(scripts: readonly ScriptCov[]): ScriptCov | undefined;
}
