package io.weir.gateway.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.weir.contracts.id.StreamId;
import io.weir.gateway.fakes.PostingAgent;
import io.weir.gateway.fakes.PostingAgent.Answer;
import io.weir.gateway.fakes.Surroundings;
import io.weir.gateway.fakes.Tickets;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(Surroundings.class)
class PostingDoorTest extends OneStream {
    @SuppressWarnings("NullAway.Init")
    private PostingAgent agent;

    @BeforeEach
    void meetTheAgent() {
        agent = new PostingAgent(streams, "alice", world.keys().getPrivate());
    }

    @Test
    void refusesOpeningsThatCannotBe() {
        Map<String, Integer> openings = Map.ofEntries(
                Map.entry("nonsense", 400),
                Map.entry("[]", 400),
                Map.entry("{}", 400),
                Map.entry("{\"topic\":7}", 400),
                Map.entry("{\"topic\":\"\"}", 400),
                Map.entry("{\"topic\":\"session:" + "x".repeat(300) + "\"}", 400),
                Map.entry("{\"topic\":\"session:a\",\"vocabulary\":\"battle\"}", 400),
                Map.entry("{\"topic\":\"session:a\",\"byok\":\"yes\"}", 400),
                Map.entry("{\"topic\":\"session:a\",\"maxOutputTokens\":0}", 400),
                Map.entry("{\"topic\":\"worker_jobs\"}", 403),
                Map.entry("{\"topic\":\"workspace:w2:channel:c\"}", 403),
                Map.entry("{\"topic\":\"session:a\",\"agent\":\"closed\"}", 403),
                Map.entry("{\"topic\":\"session:a\",\"agent\":\"nothing\"}", 404),
                Map.entry("{\"topic\":\"session:a\",\"question\":\"" + "x".repeat(5000) + "\"}", 413),
                Map.entry("{\"topic\":\"workspace:w1:channel:c\",\"vocabulary\":\"workspace\"}", 201));
        openings.forEach((body, status) -> {
            Answer answer = agent.open(body);
            assertThat(answer.status()).as(body + " → " + answer.body()).isEqualTo(status);
            if (status != 201) {
                assertThat(answer.body().path("status").asInt()).isEqualTo(status);
            }
        });
    }

    @Test
    void refusesWhoeverItDoesNotKnow() {
        StreamId own = agent.opened("session:a");
        var expired = PostingAgent.token("alice", world.keys().getPrivate(), -60);
        for (String token : new String[] {"a.b.c", expired}) {
            assertThat(agent.with(token).open("{\"topic\":\"session:a\"}").status())
                    .isEqualTo(401);
            assertThat(agent.with(token)
                            .post(own, PostingAgent.NDJSON, "{\"token\":\"a\"}\n", 1)
                            .status())
                    .isEqualTo(401);
        }
        assertThat(agent.with("").standing(own).status()).isEqualTo(401);
        assertThat(agent.with("").open("{\"topic\":\"session:a\"}").status()).isEqualTo(401);
    }

    @Test
    void showsNobodyTheStreamsOfOthers() {
        StreamId own = agent.opened("session:a");
        var bob = new PostingAgent(streams, "bob", world.keys().getPrivate());
        assertThat(bob.standing(own).status()).isEqualTo(404);
        assertThat(bob.post(own, PostingAgent.SSE, "data: {\"token\":\"a\"}\n\n", 1)
                        .status())
                .isEqualTo(404);
        assertThat(agent.standing(Tickets.stream()).status()).isEqualTo(404);
        assertThat(agent.standing(own).body().path("state").asText()).isEqualTo("open");
    }

    @Test
    void refusesBodiesThatItCannotRead() {
        StreamId own = agent.opened("session:a");
        assertThat(agent.post(own, "application/json", "{}", 1).status()).isEqualTo(415);
        assertThat(agent.post(own, PostingAgent.NDJSON, "{}", -1).status()).isEqualTo(400);
        Answer large = agent.post(own, PostingAgent.NDJSON, "{\"token\":\"y\"}\n".repeat(12_000), 1);
        assertThat(large.status()).isEqualTo(413);
        assertThat(large.head()).isPositive();
        assertThat(agent.standing(own).body().path("state").asText()).isEqualTo("open");
    }

    @Test
    void saysSoWhereTheAccountHasTooManyStreamsOrNobodyCanTell() {
        world.metering().crowded(true);
        Answer crowded = agent.open("{\"topic\":\"session:a\"}");
        world.metering().crowded(false);
        world.metering().down();
        Answer away = agent.open("{\"topic\":\"session:a\"}");
        world.metering().up();
        assertThat(crowded.status()).isEqualTo(429);
        assertThat(crowded.problem()).isEqualTo("too-many-streams");
        assertThat(away.status()).isEqualTo(503);
        assertThat(away.problem()).isEqualTo("metering-unavailable");
    }

    @Test
    void leavesARequestWithATicketToTheEdgesRoute() {
        String ticket =
                Tickets.sign(Tickets.claims(stream, "demo", "s-" + stream, "{\"input\":\"hi\"}", 1_000_000, true, 0));
        Answer answer = agent.open("{\"topic\":\"session:a\"}", "Weir-Ticket", ticket);
        assertThat(answer.status()).isEqualTo(401);
        assertThat(answer.body().path("detail").asText()).contains("another request body");
    }
}
