package io.weir.gateway.machines;

import io.weir.gateway.config.GatewayConfig;
import io.weir.gateway.config.MachinesConfig;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.DoubleSupplier;
import org.jspecify.annotations.Nullable;

/**
 * How a machine is, from two sides: probes ask it, and streams meet it. Any thread.
 *
 * <pre>
 *   Up ── probe ill, or a stream refused ──► Down ── probe well ──► Up
 *    │                                        └── probe ill: asked again after twice the time
 *    └── streams fail in a row ──► Left alone ── its time is over, then probe well ──► Up
 * </pre>
 */
public final class MachineHealth {
    private static final double SPREAD = 0.2;
    private static final int MOST_DOUBLINGS = 20;

    private final Rules rules;
    private boolean up = true;
    private boolean leftAlone;
    private boolean probing;
    private int failures;
    private int failedStreams;
    private int timesLeftAlone;
    private long aloneUntilNanos;
    private long probeAtNanos;
    private boolean probed;
    private @Nullable Instant lastChecked;
    private @Nullable Instant lastErrorAt;
    private @Nullable String lastError;

    /**
     * When to ask, and when to leave alone.
     *
     * @param probeEvery between probes of a machine that is well; longest time between those of one that is not
     * @param probeAgain shortest time between probes of one that is not
     * @param outlierFailures streams in a row that have to fail
     * @param aloneFirst the first time
     * @param aloneLongest the longest time
     * @param chance from 0 to 1, for spreading
     */
    record Rules(
            Duration probeEvery,
            Duration probeAgain,
            int outlierFailures,
            Duration aloneFirst,
            Duration aloneLongest,
            DoubleSupplier chance) {
        static Rules of(GatewayConfig.Upstream upstream, MachinesConfig.Outlier outlier, DoubleSupplier chance) {
            return new Rules(
                    upstream.probeEvery(),
                    upstream.probeAgain(),
                    outlier.failures(),
                    outlier.first(),
                    outlier.longest(),
                    chance);
        }
    }

    /**
     * What is shown of it.
     *
     * @param healthy in choice, as far as its health goes
     * @param leftAlone streams have failed on it, so that it is out of choice for a while
     * @param lastChecked last probe that was answered or gave up
     * @param consecutiveFailures probes and streams that failed since the last good one
     * @param lastError the last failure, in fixed words; kept when it is well again
     * @param lastErrorAt when that was
     */
    record View(
            boolean healthy,
            boolean leftAlone,
            Optional<Instant> lastChecked,
            int consecutiveFailures,
            Optional<String> lastError,
            Optional<Instant> lastErrorAt) {}

    MachineHealth(Rules rules) {
        this.rules = rules;
    }

    /** A machine is healthy until a probe or a stream says otherwise. */
    synchronized boolean healthy() {
        return up && !leftAlone;
    }

    synchronized boolean leftAlone() {
        return leftAlone;
    }

    synchronized View view() {
        return new View(
                healthy(),
                leftAlone,
                Optional.ofNullable(lastChecked),
                failures,
                Optional.ofNullable(lastError),
                Optional.ofNullable(lastErrorAt));
    }

    /** True, and a probe counts as under way, if it is time for one. */
    synchronized boolean beginProbe(long nowNanos) {
        if (probing || (probed && nowNanos - probeAtNanos < 0)) {
            return false;
        }
        probing = true;
        return true;
    }

    /** A probe has passed. */
    synchronized void probedWell(long nowNanos, Instant at) {
        ended(at);
        up = true;
        if (leftAlone && nowNanos - aloneUntilNanos < 0) {
            probeAtNanos = aloneUntilNanos;
            return;
        }
        leftAlone = false;
        if (failedStreams == 0) {
            failures = 0;
        }
        probeAtNanos = nowNanos + rules.probeEvery().toNanos();
    }

    /** A probe has failed. */
    synchronized void probedIll(String error, long nowNanos, Instant at) {
        ended(at);
        up = false;
        failure(error, at);
        probeAtNanos = nowNanos + growing(rules.probeAgain(), rules.probeEvery(), failures - 1);
    }

    /** A stream could not reach it, or was told to go elsewhere: out of choice until a probe finds it well. */
    synchronized void refused(String error, long nowNanos, Instant at) {
        failure(error, at);
        if (up) {
            up = false;
            probeAtNanos = nowNanos + growing(rules.probeAgain(), rules.probeEvery(), 0);
        }
    }

    /**
     * A stream has failed on it.
     *
     * @param mayLeave whether enough others are in choice
     * @return true if it is left alone from now on
     */
    synchronized boolean streamFailed(String error, boolean mayLeave, long nowNanos, Instant at) {
        failure(error, at);
        failedStreams++;
        if (leftAlone || !mayLeave || failedStreams < rules.outlierFailures()) {
            return false;
        }
        leftAlone = true;
        aloneUntilNanos = nowNanos + growing(rules.aloneFirst(), rules.aloneLongest(), timesLeftAlone);
        probeAtNanos = aloneUntilNanos;
        timesLeftAlone++;
        failedStreams = 0;
        return true;
    }

    /** A stream has gone well on it. */
    synchronized void streamWorked() {
        failedStreams = 0;
        timesLeftAlone = Math.max(0, timesLeftAlone - 1);
        if (up && !leftAlone) {
            failures = 0;
        }
    }

    private void ended(Instant at) {
        probing = false;
        probed = true;
        lastChecked = at;
    }

    private void failure(String error, Instant at) {
        failures++;
        lastError = error;
        lastErrorAt = at;
    }

    private long growing(Duration first, Duration longest, int doublings) {
        double nanos = Math.min(
                (double) first.toNanos() * (1L << Math.min(doublings, MOST_DOUBLINGS)), (double) longest.toNanos());
        return (long) (nanos * (1 - SPREAD + 2 * SPREAD * rules.chance().getAsDouble()));
    }
}
