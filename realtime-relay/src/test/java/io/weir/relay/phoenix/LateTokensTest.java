package io.weir.relay.phoenix;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.weir.relay.phoenix.ClientFrame.Push;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Joins that wait for their token. */
class LateTokensTest {
    private static final long PATIENCE = Duration.ofMillis(500).toNanos();
    private static final long CARRY = Duration.ofSeconds(10).toNanos();
    private static final int FRAMES = 100;

    private final ObjectMapper mapper = new ObjectMapper();
    private final LateTokens late = new LateTokens(SocketDefaults.config());

    @Test
    void keepsWhatIsSaidMeanwhileInOrderAndWithinTheBound() {
        // Given
        late.add(push("phx_join", "a"), config(), 0);
        // When
        assertThat(late.keep("realtime:b", push("broadcast", "0"))).isFalse();
        for (int i = 1; i <= FRAMES; i++) {
            assertThat(late.keep("realtime:a", push("broadcast", String.valueOf(i))))
                    .isTrue();
        }
        // Then
        assertThat(late.keep("realtime:a", push("broadcast", "more"))).isFalse();
        var waiting = late.take("realtime:a");
        assertThat(waiting).isNotNull();
        assertThat(waiting.frames())
                .extracting(frame -> ((Push) frame).ref())
                .hasSize(FRAMES)
                .startsWith("1", "2")
                .endsWith("100");
        assertThat(late.count()).isZero();
    }

    @Test
    void waitsForItsTimeAndNoLonger() {
        // Given
        late.add(push("phx_join", "1"), config(), 5);
        // Then
        assertThat(late.overdue(4 + PATIENCE)).isEmpty();
        assertThat(late.overdue(5 + PATIENCE)).hasSize(1);
        assertThat(late.overdue(5 + PATIENCE)).isEmpty();
    }

    @Test
    void carriesOverWhatWasSaidToTheNextJoinWithinItsTime() {
        // Given
        late.add(push("phx_join", "1"), config(), 0);
        late.keep("realtime:a", push("broadcast", "2"));
        late.overdue(PATIENCE);
        // When the next join waits too
        late.add(push("phx_join", "3"), config(), PATIENCE + CARRY);
        late.keep("realtime:a", push("broadcast", "4"));
        // Then
        late.overdue(2 * PATIENCE + CARRY);
        assertThat(late.carried("realtime:a", 2 * PATIENCE + 2 * CARRY))
                .extracting(frame -> ((Push) frame).ref())
                .containsExactly("2", "4");
        assertThat(late.carried("realtime:a", 2 * PATIENCE + 2 * CARRY)).isEmpty();
        // When nobody comes in time
        late.add(push("phx_join", "5"), config(), 0);
        late.keep("realtime:a", push("broadcast", "6"));
        late.overdue(PATIENCE);
        // Then
        assertThat(late.carried("realtime:a", PATIENCE + CARRY + 1)).isEmpty();
    }

    private JoinConfig config() {
        return JoinConfig.of(mapper.createObjectNode(), 10, mapper);
    }

    private Push push(String event, String ref) {
        return new Push(null, ref, "realtime:a", event, mapper.createObjectNode());
    }
}
