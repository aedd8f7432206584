package io.weir.metering;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.scheduler.Scheduler;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.weir.metering.sweep.Sweeper;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Random conversations, with duplicates, reorderings, lost gateways, replaced processes, and grants that
 * begin, expire, roll over and are voided while time jumps, held with the service and
 * with the model that the simulation of a stream's life uses: both say the same. A seed repeats its conversation.
 */
@QuarkusTest
@QuarkusTestResource(LedgerDatabase.class)
class LedgerModelTest {
    private static final int SEEDS = Integer.getInteger("weir.test.seeds", 25);
    private static final int STEPS = 120;

    private final Metering metering = new Metering();

    @Inject
    Sweeper sweeper;

    @Inject
    Scheduler scheduler;

    @BeforeEach
    void sweepByHandOnly() {
        scheduler.pause();
    }

    @AfterEach
    void goOn() {
        scheduler.resume();
    }

    @Test
    void saysWhatTheModelSays() {
        long first = Long.getLong("weir.test.seed", 1);
        for (long seed = first; seed < first + SEEDS; seed++) {
            var conversation = new ModelConversation(metering, this::sweep, new Random(seed), "seed-" + seed);
            for (int step = 0; step < STEPS; step++) {
                conversation.step();
                conversation.compare();
                // Asking allocates; so ask seldom enough that charges pile up in between.
                if (step % 10 == 9) {
                    conversation.compareGrants();
                }
            }
            assertThat(conversation.model().audit()).as("seed " + seed).isEmpty();
            Audits.assertClean(metering);
        }
    }

    private void sweep() {
        sweeper.sweep().await().atMost(Duration.ofSeconds(10));
    }
}
