import type { OrgReader } from '../../resources/operation.ts';
import type { ZohoClient } from '../../zoho/client.ts';
import {
  readTerritories,
  readTerritoriesOfRecord,
  readTerritoriesOfUser,
  readUsersOfTerritory,
} from '../../zoho/directory.ts';
import { readTerritoriesOfRecords } from '../../zoho/record-reads.ts';
import { readPendingJobs } from '../../zoho/scheduled-jobs.ts';

/** Reads the org through a client. */
export function readerOf(client: ZohoClient): OrgReader {
  return {
    territories: () => readTerritories(client),
    territoriesOfUser: (userId) => readTerritoriesOfUser(client, userId),
    usersOfTerritory: (territoryId) => readUsersOfTerritory(client, territoryId),
    territoriesOfRecord: (module, recordId) => readTerritoriesOfRecord(client, module, recordId),
    pendingJobs: (module, ids) => readPendingJobs(client, module, ids),
    territoriesOfRecords: (module, ids) => readTerritoriesOfRecords(client, module, ids),
  };
}
