package io.weir.gateway.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.weir.contracts.holds.SettleRequest;
import io.weir.contracts.stream.EndReason;
import io.weir.gateway.fakes.SseCall;
import io.weir.gateway.fakes.Surroundings;
import io.weir.gateway.fakes.Tickets;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(Surroundings.class)
class CreditTest extends OneStream {
    /** Enough for the prompt and 100 tokens of output at 2 micro each. */
    private static final long FOR_100_TOKENS = 205;

    @Test
    void stopsAtTheLastAffordableToken() {
        // Given
        hold.granted(FOR_100_TOKENS, 0, FOR_100_TOKENS);
        world.agent().script(talk -> talk.scaffold().words(400).completed(3, 1200));
        // When
        SseCall call = gateway.open(stream, FOR_100_TOKENS, true, 0).awaitEnd();
        // Then
        SettleRequest settle = hold.settled();
        assertThat(settle.reason()).isEqualTo(EndReason.CREDITS_EXHAUSTED);
        assertThat(Tickets.PRICE.chargeMicro(settle.totals())).isBetween(FOR_100_TOKENS - 8, FOR_100_TOKENS);
        assertThat(call.text()).startsWith("word0 word1").doesNotContain("word399");
        assertThat(call.terminal().at("/response/incomplete_details/reason").asText())
                .isEqualTo("credits_exhausted");
    }

    @Test
    void asksForMoreCreditBeforeItRunsOut() {
        // Given
        hold.granted(FOR_100_TOKENS, 5_000, 20_000);
        world.agent().script(talk -> talk.scaffold().words(400).completed(3, 1200));
        // When
        SseCall call = gateway.open(stream, FOR_100_TOKENS, false, 20_000).awaitEnd();
        // Then
        assertThat(hold.settled().reason()).isEqualTo(EndReason.COMPLETED);
        assertThat(hold.updates()).anyMatch(update -> update.extend());
        assertThat(call.text()).endsWith("word399");
    }

    @Test
    void startsNothingThatThePromptAloneWouldExhaust() {
        // Given
        hold.granted(1, 0, 1);
        world.agent().script(talk -> talk.scaffold().words(4).completed(3, 12));
        // When
        gateway.open(stream, 1, true, 0).awaitEnd();
        // Then
        assertThat(hold.settled().reason()).isEqualTo(EndReason.CREDITS_EXHAUSTED);
        assertThat(world.agent().asked()).isEmpty();
    }

    @Test
    void reportsTotalsInBatchesWhileItRuns() {
        // Given
        world.agent().script(talk -> {
            talk.scaffold().words(50);
            talk.later(1500, later -> later.say(" end").completed(9, 99));
        });
        // When
        gateway.open(stream, "demo").awaitEnd();
        // Then
        assertThat(hold.updates()).anyMatch(update -> update.totals().output() >= 50);
        assertThat(hold.settled().totals().output()).isEqualTo(99);
    }

    @Test
    void stopsWhenMeteringHasGivenTheStreamAway() {
        // Given
        world.agent().script(talk -> talk.scaffold().words(5));
        SseCall call = gateway.open(stream, "demo").awaitText("word4");
        // When
        hold.fence();
        // Then
        world.agent().awaitHangUp();
        call.awaitEnd();
        assertThat(hold.settled().reason()).isEqualTo(EndReason.ORPHANED);
    }
}
