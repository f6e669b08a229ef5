import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import fc from 'fast-check';
import type { JsonObject } from '../../api/types.ts';
import { plannedTargets } from './explanation.ts';
import { FAULTS, withFault } from './faults.ts';
import { layoutOf, NODE_HEIGHT, NODE_WIDTH } from './layout.ts';
import { pathOf, spelled, valueAt, withValue } from './paths.ts';
import { addable, beginningOf, editorOf, modesOf, strategySchema, type Schema } from './schema.ts';
import { TEMPLATES } from './templates.ts';
import { nodesOf, queryText, treeOf } from './tree.ts';

const SCHEMA = JSON.parse(readFileSync(new URL('../../../../gateway.schema.json', import.meta.url), 'utf8')) as Schema;

const configs: fc.Arbitrary<JsonObject> = fc.letrec<{ node: JsonObject }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    fc.constant<JsonObject>({ provider: 'mock' }),
    fc.record({
      strategy: fc.constant({ mode: 'fallback' }),
      targets: fc.array(tie('node'), { minLength: 1, maxLength: 4 }),
    }) as fc.Arbitrary<JsonObject>,
  ),
})).node;

test('no two nodes of a drawing overlap, and each stands right of its parent', () => {
  fc.assert(
    fc.property(configs, (config) => {
      const { nodes } = layoutOf(treeOf(config));
      for (const [i, one] of nodes.entries()) {
        if (one.parent !== undefined) assert.ok(one.x >= one.parent.x + NODE_WIDTH);
        for (const other of nodes.slice(i + 1)) assert.ok(Math.abs(one.x - other.x) >= NODE_WIDTH || Math.abs(one.y - other.y) >= NODE_HEIGHT);
      }
    }),
  );
});

test('a drawing fits the room there is: where it is too wide as a tree, it becomes an outline in which no two nodes overlap', () => {
  const ROOM = 3 * NODE_WIDTH + 2 * 80;
  fc.assert(
    fc.property(configs, (config) => {
      const { nodes, width, gap } = layoutOf(treeOf(config), ROOM);
      assert.ok(gap === undefined || width <= ROOM);
      const rows = nodes.map(({ y }) => y).toSorted((a, b) => a - b);
      if (gap === undefined) for (const [i, y] of rows.entries()) assert.ok(i === 0 || y - (rows[i - 1] ?? 0) > NODE_HEIGHT);
    }),
  );
});

test('every node leads to its place in the config', () => {
  fc.assert(
    fc.property(configs, (config) => {
      for (const node of nodesOf(treeOf(config))) {
        assert.equal(typeof valueAt(config, node.path), 'object');
        assert.deepEqual(pathOf(node.id), node.path);
      }
    }),
  );
});

test('lines of the drawing say what leads along them', () => {
  const edges = (config: JsonObject): string[] => treeOf(config).children.map(({ edge }) => edge);
  assert.deepEqual(edges({ strategy: { mode: 'loadbalance' }, targets: [{ weight: 3 }, {}, { weight: 0 }] }), ['75 %', '25 %', '0 %']);
  assert.deepEqual(edges(TEMPLATES.find(({ id }) => id === 'conditional')?.config ?? {}), ['metadata.tier = gold', 'else']);
  assert.equal(queryText({ $or: [{ 'metadata.a': { $in: ['x', 'y'] } }, { 'params.max': { $gt: 5 } }] }), 'metadata.a in x, y or params.max > 5');
});

test('odd configs can be drawn too', () => {
  for (const config of [{}, { targets: [] }, { targets: [3, null] }, { strategy: 'fallback', targets: [{}] }, { retry: 3, targets: {} }])
    assert.ok(layoutOf(treeOf(config)).nodes.length >= 1);
});

test('a value is put at a place without touching the rest, and taken away again', () => {
  const config = { targets: [{ provider: 'a' }, { provider: 'b' }], retry: { attempts: 2 } };
  const changed = withValue(config, ['targets', 1, 'retry', 'attempts'], 3);
  assert.deepEqual(changed, { targets: [{ provider: 'a' }, { provider: 'b', retry: { attempts: 3 } }], retry: { attempts: 2 } });
  assert.deepEqual(withValue(changed, ['targets', 0], undefined), { targets: [{ provider: 'b', retry: { attempts: 3 } }], retry: { attempts: 2 } });
  assert.deepEqual(withValue(config, ['targets', 2], { provider: 'c' }), { ...config, targets: [...config.targets, { provider: 'c' }] });
  assert.deepEqual(config.targets.length, 2);
  assert.equal(spelled(pathOf('config.targets[0].retry')), 'targets[0].retry');
});

test('every member of the schema has an editor and a beginning', () => {
  for (const [name, schema] of Object.entries(SCHEMA.properties ?? {}))
    assert.notEqual(beginningOf(schema), undefined, `${name} ${editorOf(schema)}`);
  const editors = { on_stream_break: 'choice', retry: 'object', override_params: 'json', on_errors: 'choices' };
  for (const [name, editor] of Object.entries(editors)) assert.equal(editorOf(SCHEMA.properties?.[name] ?? {}), editor);
  assert.ok(modesOf(SCHEMA).some(({ mode }) => mode === 'hedge'));
  assert.ok(strategySchema(SCHEMA, 'conditional')?.properties?.['conditions'] !== undefined);
});

test('what is there already is not offered again', () => {
  assert.ok(addable(SCHEMA, {}).includes('retry'));
  assert.ok(!addable(SCHEMA, { retry: {} }).includes('retry'));
});

test('faults are put at their target', () => {
  const config = { targets: [{ provider: 'a' }] };
  for (const { id, fault } of FAULTS) assert.deepEqual(valueAt(withFault(config, ['targets', 0], id), ['targets', 0, 'fault']), fault);
});

test('an explanation becomes a list of targets with the rules above them', () => {
  const targets = plannedTargets({
    order: [{ target: 'config.targets[1]', provider: 'b', first: 1 }],
    plan: {
      path: 'config',
      rule: 'In order.',
      tries: [
        { path: 'config.targets[1]', sending: { format: 'gemini', requests: [{ url: 'x' }], dropped_params: ['seed'] } },
        { path: 'config.targets[0]', sending: { error: { message: 'no key' } } },
      ],
    },
  });
  assert.deepEqual(targets, [
    {
      path: 'config.targets[1]',
      provider: 'b',
      first: 1,
      why: ['In order.'],
      format: 'gemini',
      requests: [{ url: 'x' }],
      dropped: ['seed'],
      error: undefined,
    },
  ]);
});
