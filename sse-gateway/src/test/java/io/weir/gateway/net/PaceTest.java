package io.weir.gateway.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.embedded.EmbeddedChannel;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class PaceTest {
    private static final int TOKEN_BYTES = 200;

    private final EmbeddedChannel socket = new EmbeddedChannel();
    private long nowNanos = TimeUnit.HOURS.toNanos(1);

    PaceTest() {
        socket.freezeTime();
    }

    @Test
    void readsEverythingAsItComesWhileTheLoopIsOnTime() {
        Pace pace = pace(Duration.ofMillis(100));
        for (int i = 0; i < 100; i++) {
            pace.read(socket, TOKEN_BYTES);
            assertThat(reads()).isTrue();
            look(1);
        }
    }

    @Test
    void letsSocketsRestForLongerTheLaterTheLoopIs() {
        Pace pace = pace(Duration.ofSeconds(10));
        lag(pace, 10);
        assertThat(pace.restNanos()).isBetween(millis(80), millis(96));
        pace.read(socket, TOKEN_BYTES);
        assertThat(reads()).isFalse();
        // With those that rested before, at the latest when its own rest is over.
        pass(97);
        assertThat(reads()).isTrue();

        lag(pace, 50);
        assertThat(pace.restNanos()).isBetween(millis(1300), millis(1376));
    }

    @Test
    void neverLetsThemRestForLongerThanConfigured() {
        Pace bounded = pace(Duration.ofMillis(100));
        lag(bounded, 1_000);
        assertThat(bounded.restNanos()).isEqualTo(millis(100));
    }

    @Test
    void readsWhoeverHasMuchToSayAtOnce() {
        Pace pace = pace(Duration.ofMillis(100));
        lag(pace, 50);
        pace.read(socket, 1 << 16);
        assertThat(reads()).isTrue();
    }

    @Test
    void restsNeverWhereThatIsSwitchedOff() {
        Pace off = pace(Duration.ZERO);
        lag(off, 1_000);
        assertThat(off.restNanos()).isZero();
        off.read(socket, TOKEN_BYTES);
        assertThat(reads()).isTrue();
    }

    @Test
    void forgetsThatItWasLateOnceThereIsTime() {
        Pace pace = pace(Duration.ofMillis(100));
        lag(pace, 50);
        for (int i = 0; i < 40; i++) {
            look(0);
        }
        assertThat(pace.restNanos()).isZero();
        pace.read(socket, TOKEN_BYTES);
        assertThat(reads()).isTrue();
    }

    private Pace pace(Duration longest) {
        return new Pace(socket.eventLoop(), longest, () -> nowNanos);
    }

    private boolean reads() {
        return socket.config().isAutoRead();
    }

    /** Somebody is read again and again while the loop is late. */
    private void lag(Pace pace, int lateMillis) {
        for (int i = 0; i < 60; i++) {
            pace.read(new Unread(), TOKEN_BYTES);
            look(lateMillis);
        }
    }

    /** Another socket. */
    private static final class Unread extends EmbeddedChannel {}

    /** The loop comes to its next look so much too late. */
    private void look(int lateMillis) {
        nowNanos += millis(lateMillis);
        pass(20);
    }

    private void pass(int passed) {
        nowNanos += millis(passed);
        socket.advanceTimeBy(passed, TimeUnit.MILLISECONDS);
        socket.runScheduledPendingTasks();
    }

    private static long millis(long millis) {
        return TimeUnit.MILLISECONDS.toNanos(millis);
    }
}
