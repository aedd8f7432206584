package io.weir.edge.socketticket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.contracts.id.AccountId;
import io.weir.contracts.problem.ProblemType;
import io.weir.edge.problems.ProblemException;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** Tickets are remembered up to their bounds, and no longer than they live. */
class UnusedTicketsTest {
    private static final Instant NOW = Instant.parse("2026-12-01T10:00:00Z");
    private static final AccountId ALICE = new AccountId("alice");
    private static final AccountId BOB = new AccountId("bob");
    private static final AccountId CAROL = new AccountId("carol");

    private final UnusedTickets tickets = new UnusedTickets(3, 2);

    private void add(String id, AccountId payer, long second) {
        tickets.add(id, payer, NOW.plusSeconds(second), NOW.plusSeconds(second + 60));
    }

    private void assertRefused(AccountId payer, long second, ProblemType type) {
        assertThatThrownBy(() -> add("more", payer, second))
                .isInstanceOfSatisfying(ProblemException.class, refused -> assertThat(refused.type())
                        .isEqualTo(type));
    }

    @Test
    void areUsedOnce() {
        add("a", ALICE, 0);
        assertThat(tickets.use("a")).isTrue();
        assertThat(tickets.use("a")).isFalse();
        assertThat(tickets.use("never issued")).isFalse();
    }

    @Test
    void areBoundedByAccountAndTogether() {
        add("a1", ALICE, 0);
        add("a2", ALICE, 0);
        assertRefused(ALICE, 1, ProblemType.RATE_LIMITED);
        add("b", BOB, 1);
        assertRefused(CAROL, 1, ProblemType.OVERLOADED);
        // One that is used makes room.
        assertThat(tickets.use("a1")).isTrue();
        add("c", CAROL, 2);
    }

    @Test
    void makeRoomWhenTheyHaveExpired() {
        add("a1", ALICE, 0);
        add("a2", ALICE, 30);
        assertRefused(ALICE, 59, ProblemType.RATE_LIMITED);
        add("a3", ALICE, 60);
        assertThat(tickets.use("a1")).isFalse();
        assertThat(tickets.use("a2")).isTrue();
    }
}
