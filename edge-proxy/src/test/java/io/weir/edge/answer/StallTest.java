package io.weir.edge.answer;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class StallTest {
    private final AtomicLong now = new AtomicLong();
    private final Stall stall = new Stall(Duration.ofNanos(100), now::get);

    @Test
    void noticesAWriteThatHasBeenInFlightForTheLimit() {
        assertThat(stall.isStalled(true, 5)).isFalse();
        now.set(99);
        assertThat(stall.isStalled(true, 5)).isFalse();
        now.set(100);
        assertThat(stall.isStalled(true, 5)).isTrue();
    }

    @Test
    void startsAnewWithEveryWriteThatGetsThrough() {
        stall.isStalled(true, 5);
        now.set(99);
        assertThat(stall.isStalled(true, 6)).isFalse();
        now.set(150);
        assertThat(stall.isStalled(false, 6)).isFalse();
        now.set(200);
        assertThat(stall.isStalled(true, 6)).isFalse();
        now.set(299);
        assertThat(stall.isStalled(true, 6)).isFalse();
        now.set(300);
        assertThat(stall.isStalled(true, 6)).isTrue();
    }
}
