package io.weir.metering;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.scheduler.Scheduler;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.weir.metering.holds.HotAccounts;
import io.weir.metering.sweep.Sweeper;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Random conversations, with duplicates, reorderings, lost gateways, replaced processes, connections that die in the
 * middle of a statement, a clock that jumps forward and back, and grants that begin, expire, roll over and are voided
 * meanwhile, held with the service and with the model that the simulation of a stream's life uses: both say the same. All
 * invariants are audited after each step of the first conversation of each kind, and now and then in the others. A seed repeats its
 * conversation. A long run, with an audit after every step:
 * {@code ./mvnw -pl metering-service -am test -Dtest=LedgerModelTest -Dsurefire.failIfNoSpecifiedTests=false
 * -Dweir.test.seeds=1000 -Dweir.test.audit=1}.
 */
@QuarkusTest
@QuarkusTestResource(LedgerDatabase.class)
class LedgerModelTest {
    private static final int SEEDS = Integer.getInteger("weir.test.seeds", 25);
    private static final int STEPS = 120;
    /** Conversations of each kind that are audited after each step. */
    private static final int WATCHED = 1;

    /** Steps between two audits of the others; a long run looks after each. */
    private static final int AUDIT_EVERY = Integer.getInteger("weir.test.audit", 40);

    private final Metering metering = new Metering();

    @Inject
    Sweeper sweeper;

    @Inject
    Scheduler scheduler;

    @Inject
    HotAccounts hot;

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
        converse(SEEDS, 0, _ -> {});
    }

    @Test
    void saysWhatTheModelSaysWhereAccountsAreHot() {
        converse(Math.ceilDiv(SEEDS, 5), 1_000_000, conversation -> conversation
                .accounts()
                .forEach(hot::heat));
    }

    private void converse(int seeds, long offset, Consumer<ModelConversation> before) {
        long first = offset + Long.getLong("weir.test.seed", 1);
        System.out.printf(
                "seeds %d to %d; one of them again: -Dweir.test.seed=%d%n", first, first + seeds - 1, first - offset);
        for (long seed = first; seed < first + seeds; seed++) {
            var conversation = new ModelConversation(metering, this::sweep, new Random(seed), "seed-" + seed);
            int auditEvery = seed < first + WATCHED ? 1 : AUDIT_EVERY;
            for (int step = 0; step < STEPS; step++) {
                before.accept(conversation);
                conversation.step();
                conversation.compare();
                // Asking allocates; so ask seldom enough that charges pile up in between.
                if (step % 10 == 9) {
                    conversation.compareGrants();
                }
                if (step % auditEvery == auditEvery - 1) {
                    Audits.assertClean(metering);
                }
            }
            conversation.end();
            conversation.compare();
            assertThat(conversation.model().audit()).as("seed " + seed).isEmpty();
            Audits.assertClean(metering);
        }
    }

    private void sweep() {
        sweeper.sweep().await().atMost(Duration.ofSeconds(10));
    }
}
