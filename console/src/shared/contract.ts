/** The contract's types under their own names; nothing here is written by hand. */
import type { components } from '@loom/api';

type Schemas = components['schemas'];

export type Actor = Schemas['Actor'];
export type AttentionList = Schemas['AttentionList'];
export type Attempt = Schemas['Attempt'];
export type AttemptOutcome = Schemas['AttemptOutcome'];
export type CancelPreview = Schemas['CancelPreview'];
export type Candidate = Schemas['Candidate'];
export type CandidateList = Schemas['CandidateList'];
export type CandidateStatus = Schemas['CandidateStatus'];
export type CandidateSummary = Schemas['CandidateSummary'];
export type DeadLetter = Schemas['DeadLetter'];
export type DeadLetterList = Schemas['DeadLetterList'];
export type DeadLetterSummary = Schemas['DeadLetterSummary'];
export type DryRun = Schemas['DryRun'];
export type DryRunStep = Schemas['DryRunStep'];
export type EffectOfStep = Schemas['EffectOfStep'];
export type EventList = Schemas['EventList'];
export type FileChange = Schemas['FileChange'];
export type FileGroup = Schemas['FileGroup'];
export type Inputs = Schemas['Inputs'];
export type Instance = Schemas['Instance'];
export type LoomEvent = Schemas['Event'];
export type Migration = Schemas['Migration'];
export type MigrationSummary = Schemas['MigrationSummary'];
export type Pause = Schemas['Pause'];
export type RequiredInput = Schemas['RequiredInput'];
export type Review = Schemas['Review'];
export type RunState = Schemas['RunState'];
export type RunSummary = Schemas['RunSummary'];
export type Step = Schemas['Step'];
export type StepList = Schemas['StepList'];
export type StepView = Schemas['StepView'];
export type WhoActs = Schemas['WhoActs'];
export type WorkerApp = Schemas['WorkerApp'];
