import { withAdmin } from './postgres-external.ts';

/** How long each kind of statement shall take, in ms of real time: the caller has multiplied by the stretch. 0: as long as it does. */
export interface StatementTimes {
  readonly insertMs: number;
  readonly updateMs: number;
  readonly selectMs: number;
}

/**
 * Makes the database as slow as `times` says, inside the database: the service stays what it would be in production. Replaces what an
 * earlier call installed. The table has to be there. Rejects with the database's error.
 *
 * INSERT and UPDATE have a trigger, once a statement. A SELECT has none, so a row-level security policy sleeps. The policy also guards
 * the rows that an UPDATE reads, hence the look at the kind of statement; and it is a subquery of its own, so that PostgreSQL evaluates it
 * once a statement instead of once a row. It holds for the table's owner, but for no superuser. A SELECT that finds no row does not sleep:
 * whoever asks for a status asks for one that there is.
 */
export function installLatency(adminUrl: string, { insertMs, updateMs, selectMs }: StatementTimes): Promise<void> {
  return withAdmin(adminUrl, async (client) => {
    await client.query(`
      DROP TRIGGER IF EXISTS emulate_insert ON emails;
      DROP TRIGGER IF EXISTS emulate_update ON emails;
      DROP POLICY IF EXISTS emulate_select ON emails;
      DROP POLICY IF EXISTS emulate_insert ON emails;
      DROP POLICY IF EXISTS emulate_update ON emails;
      DROP POLICY IF EXISTS emulate_delete ON emails;

      CREATE OR REPLACE FUNCTION emulate_write() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN PERFORM pg_sleep(tg_argv[0]::float / 1000); RETURN NULL; END $$;
      CREATE OR REPLACE FUNCTION emulate_select(ms float) RETURNS boolean LANGUAGE plpgsql AS $$
        BEGIN
          IF current_query() ~* '^\\s*SELECT' THEN PERFORM pg_sleep(ms / 1000); END IF;
          RETURN true;
        END $$;
    `);
    if (insertMs > 0) await client.query(trigger('insert', insertMs));
    if (updateMs > 0) await client.query(trigger('update', updateMs));
    if (selectMs > 0) {
      await client.query(`
        CREATE POLICY emulate_select ON emails FOR SELECT USING ((SELECT emulate_select(${Number(selectMs)})));
        CREATE POLICY emulate_insert ON emails FOR INSERT WITH CHECK (true);
        CREATE POLICY emulate_update ON emails FOR UPDATE USING (true);
        CREATE POLICY emulate_delete ON emails FOR DELETE USING (true);
        ALTER TABLE emails ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
      `);
    } else {
      await client.query('ALTER TABLE emails DISABLE ROW LEVEL SECURITY');
    }
  });
}

const trigger = (kind: 'insert' | 'update', ms: number) =>
  `CREATE TRIGGER emulate_${kind} BEFORE ${kind.toUpperCase()} ON emails FOR EACH STATEMENT EXECUTE FUNCTION emulate_write('${Number(ms)}')`;
