import { withAdmin } from './postgres-external.ts';

/** What the table `emails` holds. */
export interface RowCounts {
  readonly pending: number;
  readonly sent: number;
  readonly failed: number;
}

/** Looks at the service's table past the emulated times. */
export function countRows(adminUrl: string): Promise<RowCounts> {
  return withAdmin(adminUrl, async (client) => {
    const { rows } = await client.query<{ status: keyof RowCounts; n: string }>('SELECT status, count(*) AS n FROM emails GROUP BY status');
    const count = (status: string) => Number(rows.find((row) => row.status === status)?.n ?? 0);
    return { pending: count('pending'), sent: count('sent'), failed: count('failed') };
  });
}
