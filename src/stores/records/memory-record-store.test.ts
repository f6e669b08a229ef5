import { describe } from 'node:test';
import { MemoryRecordStore } from './memory-record-store.ts';
import { describeRecordStore } from './record-store.contract.ts';

describe('records in memory', () => {
  describeRecordStore(async () => new MemoryRecordStore(Date.now));
});
