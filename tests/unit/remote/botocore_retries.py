# SPDX-License-Identifier: Apache-2.0
"""Prints what the installed botocore's retry rules compute, one row a line, for tst_botocore_retries.

delay ATTEMPT RANDOM SECONDS        the standard mode's delay before the next attempt
quota EVENT... LEFT                 what is left of the quota after a success, error or time-out
rate TIME THROTTLED RATE WAIT       the adaptive mode: an answer at TIME, the rate after it and how long a
                                    request sent then has to wait (0: it goes at once)
Numbers have all their digits.
"""

import random

from botocore.retries import adaptive, bucket, quota, standard, throttling


class Clock:
    now = 1000.0

    def current_time(self):
        return self.now


class NotThrottled:
    answer = False

    def is_throttling_error(self, **_):
        return self.answer


def delays():
    for attempt in range(1, 6):
        for part in (0.0, 0.25, 0.5, 0.999, 1.0):
            backoff = standard.ExponentialBackoff(random=lambda part=part: part)

            class Context:
                attempt_number = attempt

            print("delay", attempt, part, repr(backoff.delay_amount(Context)))


def quotas():
    generator = random.Random(20261122)
    capacity = quota.RetryQuota()
    for _ in range(600):
        event = generator.choices(["error", "timeout", "success", "recovered", "slow"], [5, 3, 2, 1, 1])[0]
        if event == "error":
            capacity.acquire(5)
        elif event == "timeout":
            capacity.acquire(10)
        else:
            capacity.release({"success": 1, "recovered": 5, "slow": 10}[event])
        print("quota", event, capacity.available_capacity)


def rates(seed, pace, chance):
    generator = random.Random(seed)
    clock = Clock()
    clock.now = 1000.0 + seed
    curve = throttling.CubicCalculator(starting_max_rate=0, start_time=clock.now)
    tokens = bucket.TokenBucket(max_rate=1, clock=clock)
    detector = NotThrottled()
    limiter = adaptive.ClientRateLimiter(
        rate_adjustor=curve,
        rate_clocker=adaptive.RateClocker(clock),
        token_bucket=tokens,
        throttling_detector=detector,
        clock=clock,
    )
    print("start", repr(clock.now))
    for step in range(400):
        clock.now += generator.expovariate(pace)
        detector.answer = step > 20 and generator.random() < chance
        limiter.on_receiving_response()
        wait = 0.0
        if limiter._enabled:
            tokens._refill()
            if tokens.available_capacity >= 1:
                tokens.acquire(1)
            else:
                wait = tokens._sleep_amount(1)
        print("rate", repr(clock.now), int(detector.answer), repr(tokens.max_rate), repr(wait))


delays()
quotas()
rates(1, 40.0, 0.1)
rates(2, 5.0, 0.02)
rates(3, 200.0, 0.5)
