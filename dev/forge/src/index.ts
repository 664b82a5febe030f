export { createForge, type Forge, type ForgeOptions } from './create-forge.ts';
export type { Fault, FaultPlan, PlantedFault } from './faults/fault-plan.ts';
export { GITHUB_RATE_LIMITS, type RateLimits } from './http/rate-limit.ts';
export type { JournalEntry, RequestJournal } from './http/request-journal.ts';
export type { Seed, SeededBranch } from './operations/seed-branch.ts';
export { type ForgeAddress, seedRepository } from './seed-repository.ts';
export type { ForgeToken } from './users.ts';
