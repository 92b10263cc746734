import pg from 'pg';

/** What the table `emails` holds. */
export interface RowCounts {
  readonly pending: number;
  readonly sent: number;
  readonly failed: number;
}

export interface Tables {
  countRows(): Promise<RowCounts>;
  close(): Promise<void>;
}

/** Looks at the service's tables past the emulated times. */
export function createTables(adminUrl: string): Tables {
  const pool = new pg.Pool({ connectionString: adminUrl, max: 1 });
  pool.on('error', () => {}); // the database may be gone before the harness: the next query says so
  return {
    async countRows() {
      const { rows } = await pool.query<{ status: keyof RowCounts; n: string }>('SELECT status, count(*) AS n FROM emails GROUP BY status');
      const count = (status: string) => Number(rows.find((row) => row.status === status)?.n ?? 0);
      return { pending: count('pending'), sent: count('sent'), failed: count('failed') };
    },
    close: () => pool.end(),
  };
}
