package io.weir.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** A ticket that is used again within its 60 s: whoever holds it reads along, and nothing starts or is charged twice. */
class TicketTest {
    private final Stack stack = Stack.shared();
    private final User user = stack.newUser("ticket", "1");
    private final String session = Stack.fresh("session");

    @Test
    void attachesASecondUseAsAReaderWhileTheStreamRunsAndAfterwards() {
        // Given
        String question = "Once and only once, " + session + ". [[tokens=200 rate=40]]";
        String body = Json.write(Map.of("input", question));
        body = body.substring(0, body.length() - 1) + ",\"stream\":true}"; // as the edge writes it
        try (LiveStream live = user.chat(session, question).awaitFrames(5)) {
            String ticket = Tickets.again(live.streamId(), user.name(), session, body);

            // When
            try (LiveStream second = open(ticket, body).awaitFrames(5);
                    LiveStream third = open(ticket, body).awaitFrames(5)) {
                assertThat(live.ended()).as("while it runs").isFalse();
                live.awaitEnd();
                second.awaitEnd();
                third.awaitEnd();
                LiveStream late = open(ticket, body).awaitEnd();

                // Then
                String answer = stack.agentsAnswerTo(question);
                assertThat(Dialects.tokens(live.frames())).isEqualTo(answer);
                for (LiveStream reader : new LiveStream[] {second, third, late}) {
                    assertThat(reader.status()).isEqualTo(200);
                    assertThat(Dialects.responses(reader.frames())).isEqualTo(answer);
                    assertThat(reader.frames().getLast().json().path("type").asText())
                            .isEqualTo("response.completed");
                }
            }
            long charge =
                    user.settledReceipt(live.streamId()).path("chargeMicro").asLong();
            assertThat(charge).isPositive();
            assertThat(1_000_000 - user.balanceMicro()).isEqualTo(charge);
            Awaitility.await("question and answer, once")
                    .atMost(Duration.ofSeconds(20))
                    .until(() -> user.messages(session).size() == 2);
            stack.assertAuditClean();
        }
    }

    private LiveStream open(String ticket, String body) {
        return User.open(HttpRequest.newBuilder(stack.gateway().resolve("/v1/streams"))
                .header("Content-Type", "application/json")
                .header("Weir-Ticket", ticket)
                .POST(BodyPublishers.ofString(body))
                .build());
    }
}
