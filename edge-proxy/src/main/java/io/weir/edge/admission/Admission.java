package io.weir.edge.admission;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.http.HttpServerRequest;
import io.weir.contracts.id.AccountId;
import io.weir.contracts.problem.ProblemType;
import io.weir.edge.problems.ProblemException;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Lets requests that start a stream in: at each address's and each account's rate, and as many at a time as this process can
 * carry. Nothing here touches credit.
 */
@Singleton
public final class Admission {
    /** Places that are taken. */
    public static final String OPEN = "weir.edge.admission.open";

    private static final int SHED_SECONDS = 5;

    private final TokenBuckets<AccountId> starts;
    private final TokenBuckets<String> addresses;
    private final FairShare<AccountId> answers;
    private final Counter shed;
    private volatile boolean closed;

    Admission(AdmissionConfig config, MeterRegistry meters) {
        this.starts = new TokenBuckets<>(
                config.startsPerSecond(), config.burst(), config.rememberedAccounts(), System::nanoTime);
        this.addresses = new TokenBuckets<>(
                config.startsPerSecondPerAddress(),
                config.burstPerAddress(),
                config.rememberedAddresses(),
                System::nanoTime);
        int tight = (int) ((long) config.maxAnswers() * config.fairAbovePercent() / 100);
        this.answers = new FairShare<>(config.maxAnswers(), tight);
        this.shed = meters.counter("weir.edge.admission.shed");
        meters.gauge(OPEN, answers, FairShare::total);
    }

    /** From now on nothing is let in: this process leaves. */
    public void close() {
        closed = true;
    }

    /** A place among the answers that are open; giving it back twice is once. */
    public interface Place extends AutoCloseable {
        @Override
        void close();
    }

    /**
     * Counts one start against the address that it comes from, before anything else is done for it.
     *
     * @throws ProblemException 429 if the address is over its rate, 503 once this process leaves
     */
    public void knock(HttpServerRequest request) {
        if (closed) {
            throw new ProblemException(ProblemType.OVERLOADED, "This server is leaving; another one will answer.", 1);
        }
        pass(addresses.take(Addresses.of(request)), "Too many answers are started from this address.");
    }

    /**
     * Counts one start of an account and gives it a place, to be closed when the answer is over.
     *
     * @throws ProblemException 429 if the account is over its rate, 503 if there is no place for it
     */
    public Place admit(AccountId payer) {
        pass(starts.take(payer), "This account starts answers faster than it may.");
        if (!answers.enter(payer)) {
            shed.increment();
            // Spread, so that those who were sent away do not come back together.
            int seconds = 1 + ThreadLocalRandom.current().nextInt(SHED_SECONDS);
            throw new ProblemException(ProblemType.OVERLOADED, "Too busy right now; nothing was started.", seconds);
        }
        var held = new AtomicBoolean(true);
        return () -> {
            if (held.compareAndSet(true, false)) {
                answers.leave(payer);
            }
        };
    }

    private static void pass(Duration wait, String detail) {
        if (!wait.isZero()) {
            int seconds = (int) Math.max(1, wait.plusMillis(999).toSeconds());
            throw new ProblemException(ProblemType.RATE_LIMITED, detail, seconds);
        }
    }
}
