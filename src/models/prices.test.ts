import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { PriceBook, type Seller } from './price-book.ts';
import { pricesOf as pricesIn, type Prices } from './prices.ts';

const book = new PriceBook(Date.now);
const pricesOf = (seller: Seller, model: string): Promise<Prices | undefined> => pricesIn(book, seller, model);

describe('prices', () => {
  it('are known for the models of a host, by its id or by where it lives', async () => {
    const byId = await pricesOf({ id: 'openai' }, 'gpt-4o-mini');
    assert.ok(byId !== undefined && byId.input > 0 && byId.output > byId.input);
    assert.deepEqual(await pricesOf({ id: 'called-otherwise', url: 'https://api.openai.com/v1' }, 'gpt-4o-mini'), byId);
  });

  it('are those of the host where several serve the same model', async () => {
    const [own, elsewhere] = [await pricesOf({ id: 'openai' }, 'gpt-4o'), await pricesOf({ id: 'anthropic' }, 'gpt-4o')];
    assert.ok(own !== undefined);
    assert.equal(elsewhere, undefined);
  });

  it('are not made up for models and hosts that no list knows', async () => {
    assert.equal(await pricesOf({ id: 'openai' }, 'no-such-model'), undefined);
    assert.equal(await pricesOf({ id: 'nobody', url: 'http://127.0.0.1:11434' }, 'gpt-4o'), undefined);
    assert.equal(await pricesOf({ id: 'openai' }, ''), undefined);
  });

  it('order models as everybody would', async () => {
    const price = async (model: string): Promise<number> => (await pricesOf({ id: 'openai' }, model))?.output ?? assert.fail(model);
    assert.ok((await price('gpt-4o-mini')) < (await price('gpt-4o')));
  });
});
