package io.weir.edge.admission;

import io.weir.contracts.id.AccountId;
import io.weir.contracts.problem.ProblemType;
import io.weir.edge.problems.ProblemException;
import jakarta.inject.Singleton;
import java.time.Duration;

/** Lets requests that start a stream in, at each account's rate. */
@Singleton
public final class Admission {
    private final TokenBuckets<AccountId> starts;

    Admission(AdmissionConfig config) {
        this.starts = new TokenBuckets<>(
                config.startsPerSecond(), config.burst(), config.rememberedAccounts(), System::nanoTime);
    }

    /**
     * Counts one start.
     *
     * @throws ProblemException 429 if the account is over its rate
     */
    public void admit(AccountId payer) {
        Duration wait = starts.take(payer);
        if (!wait.isZero()) {
            int seconds = (int) Math.max(1, wait.plusMillis(999).toSeconds());
            throw new ProblemException(
                    ProblemType.RATE_LIMITED, "This account starts answers faster than it may.", seconds);
        }
    }
}
