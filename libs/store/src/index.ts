export { Cipher, type Sealed } from './cipher.js';
export {
  findSealedColumns,
  rotateKeys,
  type RotatedTable,
  type RotationOptions,
  type SealedColumns,
} from './key-rotation.js';
export { Database, type Queryable, type Row, type Statement } from './database.js';
export { guardPool } from './guarded-pool.js';
export { StoreModule } from './store.module.js';
export { connectDatabase, type Connected, type DatabaseOptions } from './connect.js';
export { ImpatientClient } from './impatient-client.js';
export { migrateDatabase, loadMigrations } from './migrate.js';
export { decodeCursor, encodeCursor } from './cursor.js';
export * from './entities/index.js';
export { Recordset, type RecordOf } from './recordset.js';
