// SPDX-License-Identifier: Apache-2.0
// The programs of bench_plan in Monty: medians, the plan in us, the loops in ms.
import fs from 'node:fs';
import { Monty } from '@pydantic/monty';

const folder = process.argv[2];
const source = (name) => fs.readFileSync(`${folder}/${name}.py.txt`, 'utf8');
const now = () => Number(process.hrtime.bigint());
const median = (once, times) => {
  const took = [];
  for (let i = 0; i < times; i++) {
    const begin = now();
    once();
    took.push(now() - begin);
  }
  return took.sort((a, b) => a - b)[times >> 1];
};
const orders = Array.from({ length: 10 }, (_, i) => new Map([
  ['buyer', `u${i % 3}@example.com`], ['kind', i % 2 ? 'express' : 'slow'], ['price', i * 10]]));
const externalFunctions = { list_orders: () => orders, send_report: () => null };
const plan = source('plan');
const names = Object.keys(externalFunctions);
const runPlan = () => new Monty(plan, { externalFunctions: names }).run({ externalFunctions });
runPlan();
const figures = [median(runPlan, 1000) / 1e3];
for (const name of ['fib', 'dict', 'strings']) {
  const text = source(name);
  figures.push(median(() => new Monty(text).run(), 3) / 1e6);
}
console.log(...figures);
