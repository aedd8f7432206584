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
    private static final long WINDOW = Duration.ofSeconds(30).toNanos();
    private static final int FRAMES = 100;

    private final ObjectMapper mapper = new ObjectMapper();
    private final LateTokens late = new LateTokens(SocketDefaults.config());

    @Test
    void keepsWhatIsSaidMeanwhileInOrderAndWithinTheBound() {
        // Given
        late.add(push("phx_join", "a"), config(), at(0));
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
        late.add(push("phx_join", "1"), config(), at(5));
        // Then
        assertThat(late.overdue(4 + PATIENCE)).isEmpty();
        assertThat(late.overdue(5 + PATIENCE)).hasSize(1);
        assertThat(late.overdue(5 + PATIENCE)).isEmpty();
    }

    @Test
    void carriesOverWhatWasSaidToTheNextJoinWithinItsTime() {
        // Given
        late.add(push("phx_join", "1"), config(), at(0));
        late.keep("realtime:a", push("broadcast", "2"));
        late.overdue(PATIENCE);
        // When the next join waits too
        late.add(push("phx_join", "3"), config(), at(PATIENCE + CARRY));
        late.keep("realtime:a", push("broadcast", "4"));
        // Then
        late.overdue(2 * PATIENCE + CARRY);
        assertThat(late.carried("realtime:a", 2 * PATIENCE + 2 * CARRY))
                .extracting(frame -> ((Push) frame).ref())
                .containsExactly("2", "4");
        assertThat(late.carried("realtime:a", 2 * PATIENCE + 2 * CARRY)).isEmpty();
        // When nobody comes in time
        late.add(push("phx_join", "5"), config(), at(0));
        late.keep("realtime:a", push("broadcast", "6"));
        late.overdue(PATIENCE);
        // Then
        assertThat(late.carried("realtime:a", PATIENCE + CARRY + 1)).isEmpty();
    }

    @Test
    void remembersWhenATopicWasJoinedFirstOverAnyNumberOfResets() {
        // Given
        late.add(push("phx_join", "1"), config(), at(7));
        late.overdue(7 + PATIENCE).forEach(late::reset);
        late.add(push("phx_join", "2"), config(), at(WINDOW / 2));
        late.overdue(WINDOW / 2 + PATIENCE).forEach(late::reset);
        // Then, once
        assertThat(late.missedMillis("realtime:b", WINDOW)).isNull();
        assertThat(late.missedMillis("realtime:a", 7 + WINDOW)).isEqualTo(millis(7));
        assertThat(late.missedMillis("realtime:a", 7 + WINDOW)).isNull();
    }

    @Test
    void forgetsWhenATopicWasJoinedFirstAfterALeaveOrItsTime() {
        // Given
        late.add(push("phx_join", "1"), config(), at(0));
        late.overdue(PATIENCE).forEach(late::reset);
        // When
        late.forget("realtime:a");
        // Then
        assertThat(late.missedMillis("realtime:a", PATIENCE)).isNull();
        // When nobody comes in time
        late.add(push("phx_join", "2"), config(), at(0));
        late.overdue(PATIENCE).forEach(late::reset);
        // Then
        assertThat(late.missedMillis("realtime:a", WINDOW + 1)).isNull();
        // When the next one comes too late, and waits itself
        late.add(push("phx_join", "3"), config(), at(0));
        late.overdue(PATIENCE).forEach(late::reset);
        late.add(push("phx_join", "4"), config(), at(WINDOW + 1));
        // Then
        var waiting = late.take("realtime:a");
        assertThat(waiting).isNotNull();
        assertThat(waiting.firstMillis()).isEqualTo(millis(WINDOW + 1));
    }

    @Test
    void remembersFirstJoinsForNoMoreTopicsThanASocketMayJoin() {
        // Given
        var early = new EarlyJoins(SocketDefaults.config());
        int bound = SocketDefaults.config().channels();
        // When
        for (int i = 0; i <= bound; i++) {
            early.reset("realtime:" + i, at(i));
        }
        // Then
        assertThat(early.take("realtime:" + (bound - 1), bound)).isNotNull();
        assertThat(early.take("realtime:" + bound, bound)).isNull();
        // When they are too long ago
        early.expire(WINDOW + bound);
        early.reset("realtime:x", at(WINDOW));
        // Then
        assertThat(early.take("realtime:x", WINDOW)).isEqualTo(at(WINDOW));
    }

    private static EarlyJoins.Moment at(long nanos) {
        return new EarlyJoins.Moment(millis(nanos), nanos);
    }

    private static long millis(long nanos) {
        return 1_000_000 + nanos / 1_000_000;
    }

    private JoinConfig config() {
        return JoinConfig.of(mapper.createObjectNode(), 10, mapper);
    }

    private Push push(String event, String ref) {
        return new Push(null, ref, "realtime:a", event, mapper.createObjectNode());
    }
}
