/** territory-loader as a library: nothing here prints, reads the environment or ends the process. */
export { AppError, ConfigError, type ExitCode, InputError } from './errors.ts';
export { type ApplyOptions, applyPlan, PlanOutdatedError } from './pipeline/apply.ts';
export type { CarryOutOptions } from './pipeline/carry-out.ts';
export type { OnEvent, PlanTotals, RunEvent } from './pipeline/events.ts';
export type { ChunkResult, Executor } from './pipeline/execute/executor.ts';
export type { PrecheckMode } from './pipeline/plan/precheck.ts';
export type { Difference } from './pipeline/plan-diff.ts';
export { type PlanOptions, type Preview, planImport, readPlan } from './pipeline/plan-import.ts';
export type { Source } from './pipeline/read/read.ts';
export { type ImportOptions, runImport } from './pipeline/run.ts';
export type { Stop } from './pipeline/stop.ts';
export type { PlanReport, Summary } from './report/summary.ts';
export { RESOURCE_NAMES } from './resources/registry.ts';
export type { Chunk, Entry, Finding, Outcome, Row, Settings, Status } from './vocabulary.ts';
export type { ClientOptions, ZohoClient } from './zoho/client.ts';
export { API_VERSIONS, type ApiVersion, type Connection } from './zoho/connection.ts';
export { OrgError } from './zoho/errors.ts';
