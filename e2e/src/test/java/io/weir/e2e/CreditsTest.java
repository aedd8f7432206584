package io.weir.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Receipt, ledger entries and balance agree, whatever the ending. */
class CreditsTest {
    private static final long MICRO = 1_000_000;
    private final Stack stack = Stack.shared();

    @AfterEach
    void auditIsClean() {
        stack.assertAuditClean();
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
                    completed      | Plainly.  [[tokens=60 rate=200]]               | completed   | agent
                    failed         | It fails. [[tokens=60 rate=200 fail_after=20]] | agent_error | any
                    agent died     | It dies.  [[tokens=90 rate=200 die_after=20]]  | machine_lost| counted
                    no usage       | Silent.   [[tokens=60 rate=200 usage=none]]    | completed   | counted
                    twice the count| Greedy.   [[tokens=60 rate=200 usage=2x]]      | completed   | agent
                    """)
    void receiptLedgerAndBalanceAgree(String name, String question, String reason, String source) {
        User user = stack.newUser("payer", "1");
        long before = user.balanceMicro();

        try (LiveStream live = user.chat(Stack.fresh("s"), question).awaitEnd()) {
            JsonNode receipt = user.settledReceipt(live.streamId());

            assertThat(receipt.path("endReason").asText()).isEqualTo(reason);
            if (!source.equals("any")) {
                assertThat(receipt.path("usageSource").asText()).isEqualTo(source);
            }
            assertThat(charge(receipt)).isPositive().isEqualTo(before - user.balanceMicro());
            assertThat(customerEntries(receipt, user)).isEqualTo(-charge(receipt));
        }
    }

    @Test
    void aStoppedStreamCostsWhatItProduced() {
        User user = stack.newUser("stopper", "1");
        try (LiveStream live =
                user.chat(Stack.fresh("s"), "On and on. [[tokens=500 rate=60]]").awaitFrames(10)) {
            user.stop(live.streamId());
            JsonNode receipt = user.settledReceipt(live.streamId());
            assertThat(receipt.path("endReason").asText()).isEqualTo("cancelled");
            assertThat(MICRO - user.balanceMicro()).isEqualTo(charge(receipt)).isPositive();
        }
    }

    @Test
    void aBrowserThatLeavesPaysForTheWholeAnswer() {
        User user = stack.newUser("leaver", "1");
        LiveStream live = user.chat(Stack.fresh("s"), "Read and run. [[tokens=80 rate=80]]")
                .awaitFrames(5);
        live.close();
        JsonNode receipt = user.settledReceipt(live.streamId());
        assertThat(receipt.path("endReason").asText()).isEqualTo("completed");
        assertThat(receipt.path("tokens").path("output").asLong()).isGreaterThanOrEqualTo(60);
        assertThat(MICRO - user.balanceMicro()).isEqualTo(charge(receipt));
    }

    @Test
    void stopsAtTheLastAffordableTokenWhenCreditRunsOut() {
        User user = stack.newUser("poor", "0.0004");
        try (LiveStream live = user.chat(Stack.fresh("s"), "Spend it all. [[tokens=900 rate=150]]")
                .awaitEnd()) {
            assertThat(Dialects.tokenEnd(live.frames())).isIn("credits_exhausted", "max_output_tokens");
            JsonNode receipt = user.settledReceipt(live.streamId());
            assertThat(charge(receipt)).isPositive().isLessThanOrEqualTo(400);
            assertThat(user.balanceMicro()).isEqualTo(400 - charge(receipt)).isNotNegative();
        }
    }

    @Test
    void refusesWithoutCreditAndStartsNothing() {
        User user = stack.newUser("broke", "0");
        var response = user.post("/api/chat/stream", "{\"sessionId\":\"s\",\"message\":\"hello\"}");
        assertThat(response.statusCode()).isEqualTo(402);
        assertThat(response.headers().firstValue("Content-Type").orElse("")).startsWith("application/problem+json");
        assertThat(Json.parse(response.body()).path("error").asText()).isEqualTo("Insufficient credits");
        assertThat(user.messages("s")).isEmpty();
    }

    @Test
    void fiftyAtOnceOnCreditForTenNeverOverspend() throws Exception {
        User user = stack.newUser("crowd", "0.06");
        long before = user.balanceMicro();
        List<Future<String>> answers = new ArrayList<>();
        try (var pool = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 50; i++) {
                String session = Stack.fresh("crowd-" + i);
                Callable<String> one = () -> ask(user, session);
                answers.add(pool.submit(one));
            }
        }
        long charged = 0;
        int started = 0;
        for (Future<String> answer : answers) {
            String streamId = answer.get();
            if (!streamId.isEmpty()) {
                started++;
                charged += charge(user.settledReceipt(streamId));
            }
        }
        assertThat(started).isBetween(1, 50);
        assertThat(before - user.balanceMicro()).isEqualTo(charged);
        assertThat(user.balanceMicro()).isNotNegative();
    }

    /** The stream's id if it started, empty if it was refused for credit; anything else fails. */
    private static String ask(User user, String session) {
        try (LiveStream live = user.chat(session, "Share it. [[tokens=60 rate=60]]")) {
            if (live.status() == 402) {
                return "";
            }
            assertThat(live.status()).isEqualTo(200);
            live.awaitEnd(Duration.ofSeconds(80));
            assertThat(Dialects.tokenEnd(live.frames())).isIn("[DONE]", "credits_exhausted", "max_output_tokens");
            return live.streamId();
        }
    }

    private static long charge(JsonNode receipt) {
        return Long.parseLong(receipt.path("chargeMicro").asText());
    }

    private static long customerEntries(JsonNode receipt, User user) {
        long sum = 0;
        for (JsonNode entry : receipt.path("entries")) {
            if (entry.path("account").asText().equals(user.name())) {
                sum += Long.parseLong(entry.path("amountMicro").asText());
            }
        }
        return sum;
    }
}
