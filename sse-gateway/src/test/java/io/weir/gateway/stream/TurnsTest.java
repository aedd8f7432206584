package io.weir.gateway.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.weir.contracts.stream.EndReason;
import io.weir.gateway.fakes.FakeRelay;
import io.weir.gateway.fakes.SseCall;
import io.weir.gateway.fakes.Surroundings;
import io.weir.streams.run.Deltas;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What an agent has said by the time its socket is read is one thing, however many chunks of HTTP it took. */
@QuarkusTest
@QuarkusTestResource(Surroundings.class)
class TurnsTest extends OneStream {
    private static final int WORDS = 50;

    @Test
    void makesFewRunsOfManyChunksThatComeAtOnce() {
        String said = IntStream.range(0, WORDS).mapToObj(i -> "word" + i).collect(Collectors.joining(" "));
        world.agent().script(talk -> talk.scaffold().words(WORDS).completed(3, WORDS));
        SseCall call = gateway.open(stream, "demo").awaitEnd();

        FakeRelay.Log log = world.relay().log(stream);
        assertThat(log.terminal().reason()).isEqualTo(EndReason.COMPLETED);
        assertThat(log.text()).isEqualTo(said);
        assertThat(call.text()).isEqualTo(said);
        List<Deltas> runs = log.runs().stream()
                .filter(Deltas.class::isInstance)
                .map(Deltas.class::cast)
                .toList();
        // A read takes at least some hundred bytes, a chunk has about as many: one run each would be fifty.
        assertThat(runs).hasSizeLessThan(WORDS / 3);
        assertThat(runs.stream().mapToLong(run -> run.last() - run.first() + 1).sum())
                .as("deltas, each with its offset")
                .isEqualTo(WORDS);
        assertThat(hold.settled().totals().output()).isEqualTo(WORDS);
    }
}
