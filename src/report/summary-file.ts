import { writeFile } from 'node:fs/promises';
import { putInPlace, unwritable } from './csv-file.ts';
import type { Summary } from './summary.ts';

/**
 * Writes `summary.json`: whoever finds it finds it whole.
 * @throws {AppError} `RESULT_UNWRITABLE` when it cannot be written
 */
export async function writeSummary(summary: Summary): Promise<void> {
  const path = summary.files.summary;
  const part = `${path}.part`;
  await writeFile(part, `${JSON.stringify(summary, null, 2)}\n`).catch((error: unknown) => {
    throw unwritable(path, error);
  });
  await putInPlace(part, path);
}
