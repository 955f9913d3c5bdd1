/**
 * A local stand-in for the Zoho CRM REST API and its token endpoint, on 127.0.0.1.
 *
 * It meets its clients on the wire only: nothing here imports the rest of the project.
 */
export {
  DEMO_ORG,
  DEMO_RECORDS_PER_MODULE,
  type DemoUser,
  demoRecordId,
  demoUserId,
  demoUsers,
  isDemoRecordLocked,
  MODULES,
  type ModuleName,
} from './demo-org.ts';
export { type DemoRecord, demoRecord } from './demo-records.ts';
export type {
  Denied,
  Edition,
  FaultName,
  Faults,
  FeatureOff,
  MixedAnswer,
  SandboxOptions,
} from './options.ts';
export {
  type OrgFace,
  type Sandbox,
  type SandboxStats,
  startSandbox,
} from './server.ts';
export {
  SANDBOX_ACCESS_TOKEN,
  SANDBOX_CREDENTIALS,
  type SandboxCredentials,
} from './token-store.ts';
