// SPDX-License-Identifier: Apache-2.0
// Counts what `decide` allows of the questions, then times it: the mean over rounds of 64 without a
// look at the clock in between, and the quantiles of the rounds. Prints one line: allowed, mean,
// p50, p99, the times in microseconds a decision.
'use strict';

const now = () => Number(process.hrtime.bigint()) / 1e3;

exports.measure = (questions, decide, seconds) => {
  const allowed = questions.filter(decide).length;
  for (let i = 0; i < 20; i++) questions.forEach(decide);
  const rounds = [];
  const start = now();
  let end = start;
  while (end - start < seconds * 1e6) {
    for (const question of questions) decide(question);
    const after = now();
    rounds.push((after - end) / questions.length);
    end = after;
  }
  const mean = (end - start) / (rounds.length * questions.length);
  rounds.sort((a, b) => a - b);
  const quantile = (q) => rounds[Math.floor(q * (rounds.length - 1))];
  console.log(allowed, mean.toFixed(4), quantile(0.5).toFixed(4), quantile(0.99).toFixed(4));
};
