import { afterEach, expect, it } from 'vitest';
import { createMetrics, type Metrics, mergedText } from '../../src/observe/metrics.ts';

const created: Metrics[] = [];
afterEach(() => {
  for (const metrics of created.splice(0)) metrics.close();
});

function create(): Metrics {
  const metrics = createMetrics();
  created.push(metrics);
  return metrics;
}

it('counts verdicts, deferrals, refusals, jobs and what was swept', async () => {
  const metrics = create();
  metrics.judged('accepted', 'admin', 'W-PRIMARY');
  metrics.judged('accepted', 'admin', 'W-PRIMARY');
  metrics.deferred('dns');
  metrics.sessionRefused('rcpt', 550);
  metrics.stage('domain', 2);
  metrics.job('accepted', 'completed', 3);
  metrics.swept(4);
  metrics.delivery('desk', 'trouble');
  metrics.deliveriesLeft('desk', { waiting: 3, parked: 2, oldestMs: 61_000 });
  metrics.breaker('desk', true);
  metrics.notice('receipt', 'delivered');
  metrics.noticesLeft('parked', 5);
  metrics.timeLeft('certificate', 86_400_000);
  metrics.timeLeft('pgp-key', 1_000);
  metrics.timeLeft('pgp-key', null);
  metrics.adminKeysEnding(3);
  metrics.retentionStuck(7);
  metrics.retentionHeld(1);
  metrics.targetsStalled(new Map([['gone', 9_000]]));
  metrics.targetsStalled(new Map([['desk', 90_000]]));
  metrics.targetsStalled(null);
  const text = await metrics.text();
  expect(text).toContain('postern_verdicts_total{outcome="accepted",reason="admin",rule="W-PRIMARY"} 2');
  expect(text).toContain('postern_deferred_total{cause="dns"} 1');
  expect(text).toContain('postern_session_refusals_total{stage="rcpt",code="550"} 1');
  expect(text).toContain('postern_stage_seconds_bucket{le="0.0025",stage="domain"} 1');
  expect(text).toContain('postern_job_seconds_count{queue="accepted",result="completed"} 1');
  expect(text).toContain('postern_swept_total 4');
  expect(text).toContain('postern_retention_stuck 7');
  expect(text).toContain('postern_retention_held 1');
  expect(text).toContain('postern_target_stalled_seconds{target="desk"} 90');
  expect(text).not.toContain('gone');
  expect(text).toContain('postern_deliveries_total{target="desk",result="trouble"} 1');
  expect(text).toContain('postern_deliveries{target="desk",state="waiting"} 3');
  expect(text).toContain('postern_deliveries{target="desk",state="parked"} 2');
  expect(text).toContain('postern_delivery_oldest_seconds{target="desk"} 61');
  expect(text).toContain('postern_target_breaker_open{target="desk"} 1');
  expect(text).toContain('postern_notices_total{kind="receipt",result="delivered"} 1');
  expect(text).toContain('postern_notices{state="parked"} 5');
  expect(text).toContain('postern_expiry_seconds{what="certificate"} 86400');
  expect(text).not.toContain('what="pgp-key"');
  expect(text).toContain('postern_admin_keys_ending 3');
  expect(text).toMatch(/postern_event_loop_lag_seconds\{quantile="0.99"\} [\d.]+/);
});

it('adds up over processes: counters and sessions as sums, what all see alike once', async () => {
  const [one, two] = [create(), create()];
  for (const metrics of [one, two]) {
    metrics.judged('rejected', 'malformed', 'R-FORM');
    metrics.sessions(1);
    metrics.sessions(1);
    metrics.sessions(-1);
    metrics.queueDepth('accepted', 'waiting', 7);
    metrics.stage('pgp', 30);
  }
  one.oldestJob('accepted', 1_000);
  two.oldestJob('accepted', 9_000);
  // As they arrive from another process.
  const snapshots = await Promise.all([one, two].map(async (metrics) => structuredClone(await metrics.snapshot())));
  const text = await mergedText(snapshots);
  expect(text).toContain('postern_verdicts_total{outcome="rejected",reason="malformed",rule="R-FORM"} 2');
  expect(text).toContain('postern_smtp_sessions 2');
  expect(text).toContain('postern_queue_jobs{queue="accepted",state="waiting"} 7');
  expect(text).toContain('postern_queue_oldest_seconds{queue="accepted"} 9');
  expect(text).toContain('postern_stage_seconds_count{stage="pgp"} 2');
});

it('has no process to ask and says nothing', async () => {
  expect((await mergedText([])).trim()).toBe('');
});
