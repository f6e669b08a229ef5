import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Portkey } from 'portkey-ai';
import { useGateway } from '../support/gateway.ts';

const ADMIN_KEY = 'an-admin-key-that-is-long';
const DAY = 24 * 3_600_000;

describe("Portkey's client", () => {
  const gateway = useGateway({ SLUICE_ADMIN_KEY: ADMIN_KEY });
  const connect = (): Portkey => new Portkey({ baseURL: `${gateway.url}/v1`, apiKey: ADMIN_KEY, maxRetries: 0 });
  const period = {
    time_of_generation_min: new Date(Date.now() - DAY).toISOString(),
    time_of_generation_max: new Date(Date.now() + DAY).toISOString(),
  };

  it('tells of calls, judges them and takes them away', async () => {
    const portkey = connect();
    await portkey.logs.create({
      request: { url: '/', provider: 'openai', body: { model: 'm' } },
      response: { status: 200 },
      metadata: { traceId: 'sdk' },
    });
    const { feedback_ids: judged } = (await portkey.feedback.create({ traceID: 'sdk', value: 3 })) as unknown as { feedback_ids: string[] };
    const [feedbackID = ''] = judged;
    assert.equal((await portkey.feedback.update({ feedbackID, value: 1 })).status, 'success');
    const { id: exportId = '' } = await portkey.logs.exports.create({ filters: { trace_id: 'sdk' }, requestedData: ['id', 'trace_id'] });
    await portkey.logs.exports.start({ exportId });
    assert.equal((await portkey.logs.exports.list({})).total, 1);
    assert.equal((await portkey.logs.exports.retrieve({ exportId })).status, 'success');
    const { signed_url: url = '' } = await portkey.logs.exports.download({ exportId });
    let lines = '';
    for (const end = Date.now() + 30_000; lines === '' && Date.now() < end; await sleep(50)) lines = await (await fetch(url)).text();
    assert.equal((JSON.parse(lines) as { trace_id: string }).trace_id, 'sdk');
  });

  it('draws every graph that it knows', async () => {
    const { graphs, groups, summary } = connect().analytics;
    const asked = [
      graphs.requests(period),
      graphs.cost(period),
      graphs.latency(period),
      graphs.tokens(period),
      graphs.users(period),
      graphs.usersRequests(period),
      graphs.errors(period),
      graphs.errors_rate(period),
      graphs.errors_stack(period),
      graphs.errors_status_code(period),
      graphs.requests_rescued(period),
      graphs.cache_hit_rate(period),
      graphs.cache_latency(period),
      graphs.feedbacks(period),
      graphs.feedbacks_score(period),
      graphs.feedbacks_weighted(period),
      graphs.feedback_ai_models(period),
    ];
    for (const graph of await Promise.all(asked)) assert.equal((graph as unknown as { object: string }).object, 'analytics-graph');
    await groups.users(period);
    await groups.aiModels(period);
    await groups.workspaces(period);
    await groups.metadata('_user', period);
    await groups.groupedData('ai_service', period);
    await summary.cache(period);
  });
});
