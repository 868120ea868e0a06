import pg from 'pg';

/** What an auditor needs of an event. */
export interface LoggedEvent {
  position: number;
  stream: string;
  version: number;
  eventId: string;
  commandId: string;
  type: string;
}

const PAGE = 50_000;

/** The whole log as it lies in the database: read past the product, so that its own reading cannot hide anything. */
export async function readLog(connectionString: string): Promise<LoggedEvent[]> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    const log: LoggedEvent[] = [];
    for (;;) {
      const { rows } = await client.query<LoggedEvent>(
        `select position::float8 as position, stream, version::float8 as version, event_id as "eventId",
            command_id as "commandId", type
          from es.every_event where position > $1 order by position limit $2`,
        [log.at(-1)?.position ?? 0, PAGE],
      );
      for (const row of rows) log.push(row);
      if (rows.length < PAGE) return log;
    }
  } finally {
    await client.end();
  }
}
