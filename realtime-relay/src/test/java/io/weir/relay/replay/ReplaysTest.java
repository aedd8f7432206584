package io.weir.relay.replay;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.runtime.configuration.MemorySize;
import io.weir.contracts.id.TenantId;
import io.weir.relay.access.TopicKey;
import io.weir.relay.topics.Broadcast;
import java.math.BigInteger;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What is kept for those who come later, and for how long. */
class ReplaysTest {
    private static final TopicKey TOPIC = new TopicKey.Shared(new TenantId("default"), "a");
    private static final TopicKey OTHER = new TopicKey.Shared(new TenantId("default"), "b");
    private static final int WEIGHT = 1000;

    private final HandClock clock = new HandClock();
    private final Replays replays = new Replays(new Bounds(), clock);

    @Test
    void tellsTheNewestOldestFirst() {
        // Given
        for (int i = 1; i <= 5; i++) {
            keep(TOPIC, "m" + i);
            clock.advance(Duration.ofSeconds(1));
        }
        // Then
        assertThat(since(0, 25, 0)).containsExactly("m1", "m2", "m3", "m4", "m5");
        assertThat(since(0, 2, 0)).containsExactly("m4", "m5");
        assertThat(since(2, 25, 0)).containsExactly("m3", "m4", "m5");
        assertThat(since(2, 25, 4)).containsExactly("m5");
        assertThat(since(2, 25, replays.position())).isEmpty();
        assertThat(replays.since(OTHER, new Replays.Question(Instant.EPOCH, 25, 0)))
                .isEmpty();
    }

    @Test
    void forgetsAtTheEndOfTheRetentionAndOfAShorterLife() {
        // Given a retention of a minute
        keep(TOPIC, "long");
        replays.keep(TOPIC, broadcast("short"), Optional.of(Duration.ofSeconds(10)));
        replays.keep(TOPIC, broadcast("longer"), Optional.of(Duration.ofHours(10)));
        // Then
        clock.advance(Duration.ofSeconds(9));
        assertThat(since(0, 25, 0)).containsExactly("long", "short", "longer");
        clock.advance(Duration.ofSeconds(1));
        assertThat(since(0, 25, 0)).containsExactly("long", "longer");
        clock.advance(Duration.ofSeconds(49));
        assertThat(since(0, 25, 0)).containsExactly("long", "longer");
        clock.advance(Duration.ofSeconds(1));
        assertThat(since(0, 25, 0)).isEmpty();
        // And the next write frees what is over
        keep(OTHER, "new");
        assertThat(replays.bytes()).isEqualTo(WEIGHT);
    }

    @Test
    void keepsNoMoreThanTheBoundsOfATopic() {
        // Given bounds of 10 messages and 8 weights
        for (int i = 1; i <= 8; i++) {
            keep(TOPIC, "m" + i);
        }
        assertThat(since(0, 25, 0)).hasSize(8);
        // When one more comes
        keep(TOPIC, "m9");
        // Then the oldest is gone
        assertThat(since(0, 25, 0)).hasSize(8).startsWith("m2").endsWith("m9");
        // When they are small
        for (int i = 1; i <= 11; i++) {
            replays.keep(OTHER, new Broadcast("s" + i, true, new byte[0], "s" + i), Optional.empty());
        }
        // Then their number counts
        assertThat(replays.since(OTHER, new Replays.Question(Instant.EPOCH, 25, 0)))
                .hasSize(10);
    }

    @Test
    void keepsNoMoreThanTheBoundOfAll() {
        // Given a bound of 12 weights for all, and two topics
        for (int i = 1; i <= 6; i++) {
            keep(TOPIC, "a" + i);
        }
        for (int i = 1; i <= 6; i++) {
            keep(OTHER, "b" + i);
        }
        assertThat(replays.bytes()).isEqualTo(12L * WEIGHT);
        // When
        keep(OTHER, "b7");
        // Then the topic that was written to least recently pays
        assertThat(since(0, 25, 0)).containsExactly("a2", "a3", "a4", "a5", "a6");
        assertThat(replays.bytes()).isEqualTo(12L * WEIGHT);
    }

    private void keep(TopicKey key, String id) {
        replays.keep(key, broadcast(id), Optional.empty());
    }

    private static Broadcast broadcast(String id) {
        return new Broadcast("e", true, new byte[WEIGHT - 128 - 1], id);
    }

    private List<String> since(long second, int limit, long after) {
        return replays.since(TOPIC, new Replays.Question(Instant.ofEpochSecond(second), limit, after)).stream()
                .map(broadcast -> String.valueOf(broadcast.id()))
                .toList();
    }

    private static final class Bounds implements ReplayConfig {
        @Override
        public Duration retention() {
            return Duration.ofMinutes(1);
        }

        @Override
        public int messages() {
            return 10;
        }

        @Override
        public MemorySize topicBytes() {
            return new MemorySize(BigInteger.valueOf(8L * WEIGHT));
        }

        @Override
        public MemorySize totalBytes() {
            return new MemorySize(BigInteger.valueOf(12L * WEIGHT));
        }
    }

    private static final class HandClock extends Clock {
        private Instant now = Instant.EPOCH;

        void advance(Duration time) {
            now = now.plus(time);
        }

        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }
}
