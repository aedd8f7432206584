package io.weir.relay.topics;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Broadcasts that wait for a tick. */
class GatheredTest {
    private final Gathered gathered = new Gathered();
    private final Listener one = new Listener();
    private final Listener two = new Listener();

    @Test
    void tellsEachInOrderAndOnceButNotToItsSender() {
        // Given
        assertThat(gathered.add(said("a", 1), null)).isTrue();
        assertThat(gathered.add(said("b", 1), one)).isTrue();
        assertThat(gathered.add(said("c", 1), two)).isTrue();
        // When
        gathered.tell(List.of(one, two));
        gathered.tell(List.of(one, two));
        // Then
        assertThat(gathered.isEmpty()).isTrue();
        assertThat(one.heard).containsExactly("a", "c");
        assertThat(two.heard).containsExactly("a", "b");
    }

    @Test
    void keepsNoMoreThanItsBoundWaiting() {
        // Given
        int bound = 256 * 1024;
        // Then
        assertThat(gathered.add(said("a", bound), null)).isTrue();
        assertThat(gathered.add(said("b", 1), null)).isFalse();
        // When
        gathered.tell(List.of(one));
        // Then
        assertThat(one.heard).containsExactly("a", "b");
        assertThat(gathered.add(said("c", bound), null)).isTrue();
    }

    private static Broadcast said(String event, int bytes) {
        return new Broadcast(event, true, new byte[bytes], null);
    }

    private static final class Listener implements Subscriber {
        private final List<String> heard = new ArrayList<>();

        @Override
        public void broadcast(Broadcast broadcast) {
            heard.add(broadcast.event());
        }

        @Override
        public void joined() {
            throw new IllegalStateException("nobody joins");
        }

        @Override
        public void live(Telling telling, Voice.Said said) {
            throw new IllegalStateException("no stream is told");
        }

        @Override
        public void snapshot(Telling telling, Voice.Said said) {
            throw new IllegalStateException("no stream is told");
        }

        @Override
        public void resume(Telling telling, long after, Runnable caughtUp) {
            throw new IllegalStateException("no stream is told");
        }

        @Override
        public void newest(Newest newest, long skipped) {
            throw new IllegalStateException("nothing is replaced");
        }

        @Override
        public void left() {
            throw new IllegalStateException("nobody leaves");
        }
    }
}
