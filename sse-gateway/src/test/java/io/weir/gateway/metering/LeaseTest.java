package io.weir.gateway.metering;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The gateway's own view of its lease never outlasts metering's. */
class LeaseTest {
    private static final int LENGTH = 60;
    private static final long SENT = TimeUnit.SECONDS.toNanos(1_000);

    private final Lease lease = new Lease();

    @Test
    void runsFromTheMomentAnUpdateWasSent() {
        lease.renewed(SENT, LENGTH);

        assertThat(lease.untilNanos()).isEqualTo(SENT + TimeUnit.SECONDS.toNanos(LENGTH));
    }

    @Test
    void countsOnLessAfterAClaimThatMayHaveRenewedNothing() {
        lease.claimed(SENT, LENGTH);

        assertThat(lease.untilNanos()).isEqualTo(SENT + TimeUnit.SECONDS.toNanos(LENGTH - 1));
    }

    @Test
    void isNotCutByAnAnswerThatComesLate() {
        lease.renewed(SENT + 1, LENGTH);
        lease.claimed(SENT, LENGTH);
        lease.renewed(SENT, LENGTH);

        assertThat(lease.untilNanos()).isEqualTo(SENT + 1 + TimeUnit.SECONDS.toNanos(LENGTH));
    }
}
