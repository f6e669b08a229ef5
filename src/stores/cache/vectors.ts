import type { Kysely } from 'kysely';
import type { VectorJournal } from '../../cache/shared-vectors.ts';
import type { Indexed } from '../../cache/vector-index.ts';
import type { Database } from '../database.ts';
import type { RedisConnection } from '../redis.ts';

/** Questions of a partition that are ever compared. */
const MOST = 2000;

interface Row {
  readonly partition: string;
  readonly key: string;
  readonly created_at: number;
  readonly expires_at: number | string;
  readonly vector: Uint8Array;
}

type Tables = { sluice_cache_vectors: Row };

/** So many vectors are written between two times that expired ones are deleted. */
const TIDY_AFTER = 200;

/** Vectors in the database. */
export class SqlVectors implements VectorJournal {
  readonly #db: Kysely<Tables>;
  readonly #now: () => number;
  #written = 0;

  constructor({ db }: Pick<Database, 'db'>, now: () => number) {
    this.#db = db.withTables<Tables>();
    this.#now = now;
  }

  async add(partition: string, { key, vector, expiresAt }: Indexed): Promise<void> {
    const rest = { created_at: this.#now(), expires_at: expiresAt, vector: bytesOf(vector) };
    await this.#db
      .insertInto('sluice_cache_vectors')
      .values({ partition, key, ...rest })
      .onConflict((conflict) => conflict.columns(['partition', 'key']).doUpdateSet(rest))
      .execute();
    if (++this.#written % TIDY_AFTER === 0) await this.#db.deleteFrom('sluice_cache_vectors').where('expires_at', '<=', this.#now()).execute();
  }

  async remove(partition: string, key: string): Promise<void> {
    await this.#db.deleteFrom('sluice_cache_vectors').where('partition', '=', partition).where('key', '=', key).execute();
  }

  async since(partition: string, time: number): Promise<readonly Indexed[]> {
    const rows = await this.#db
      .selectFrom('sluice_cache_vectors')
      .select(['key', 'expires_at', 'vector'])
      .where('partition', '=', partition)
      .where('created_at', '>=', time)
      .where('expires_at', '>', this.#now())
      .orderBy('created_at', 'desc')
      .limit(MOST)
      .execute();
    return rows.map(({ key, expires_at: expiresAt, vector }) => ({ key, expiresAt: Number(expiresAt), vector: vectorOf(vector) })).toReversed();
  }
}

/** Bytes in front of a vector in Redis: when it expires. */
const HEAD = 8;

/** Vectors in Redis: for each partition a hash, and the order in which its keys came; both go with the last of its answers. */
export class RedisVectors implements VectorJournal {
  readonly #redis: RedisConnection;
  readonly #now: () => number;

  constructor(redis: RedisConnection, now: () => number) {
    this.#redis = redis;
    this.#now = now;
  }

  async add(partition: string, { key, vector, expiresAt }: Indexed): Promise<void> {
    const { client } = this.#redis;
    const [name, order] = [nameOf(partition), orderOf(partition)];
    const head = Buffer.alloc(HEAD);
    head.writeDoubleBE(expiresAt);
    const life = await client.pttl(name);
    await client.hset(name, key, Buffer.concat([head, bytesOf(vector)]));
    await client.zadd(order, this.#now(), key);
    const longest = Math.ceil(Math.max(life, expiresAt - this.#now(), 1));
    await Promise.all([client.pexpire(name, longest), client.pexpire(order, longest)]);
    await this.#makeRoom(partition);
  }

  async remove(partition: string, key: string): Promise<void> {
    const { client } = this.#redis;
    await Promise.all([client.hdel(nameOf(partition), key), client.zrem(orderOf(partition), key)]);
  }

  /** For each that comes too much the oldest one goes. */
  async #makeRoom(partition: string): Promise<void> {
    const { client } = this.#redis;
    if ((await client.zcard(orderOf(partition))) <= MOST) return;
    const [oldest] = await client.zpopmin(orderOf(partition));
    if (oldest !== undefined) await client.hdel(nameOf(partition), oldest);
  }

  async since(partition: string): Promise<readonly Indexed[]> {
    const found = await this.#redis.client.hgetallBuffer(nameOf(partition));
    return Object.entries(found).map(([key, bytes]) => ({ key, expiresAt: bytes.readDoubleBE(0), vector: vectorOf(bytes.subarray(HEAD)) }));
  }
}

function nameOf(partition: string): string {
  return `cache-vectors:${partition}`;
}

function orderOf(partition: string): string {
  return `cache-vectors-order:${partition}`;
}

/** 32-bit floats, the lowest byte first. */
function bytesOf(vector: Float32Array): Buffer {
  const bytes = Buffer.alloc(vector.length * Float32Array.BYTES_PER_ELEMENT);
  for (const [at, value] of vector.entries()) bytes.writeFloatLE(value, at * Float32Array.BYTES_PER_ELEMENT);
  return bytes;
}

function vectorOf({ buffer, byteOffset, byteLength }: Uint8Array): Float32Array {
  const view = new DataView(buffer, byteOffset, byteLength);
  return Float32Array.from({ length: byteLength / Float32Array.BYTES_PER_ELEMENT }, (_, at) =>
    view.getFloat32(at * Float32Array.BYTES_PER_ELEMENT, true),
  );
}
