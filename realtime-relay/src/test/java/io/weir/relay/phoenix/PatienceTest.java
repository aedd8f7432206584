package io.weir.relay.phoenix;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The bounds of a socket in time: below, at and above each of them. */
class PatienceTest {
    private static final long NEVER_WRITING = 0;

    private final SocketConfig config = SocketDefaults.config();

    @Test
    void endsASocketThatIsSilentForAMinute() {
        var patience = new Patience(config, 0);
        patience.heard(seconds(10));
        assertThat(patience.exhausted(seconds(69), true, NEVER_WRITING)).isEmpty();
        assertThat(patience.exhausted(seconds(70), true, NEVER_WRITING)).isEmpty();
        assertThat(patience.exhausted(seconds(70) + 1, true, NEVER_WRITING)).contains("silent");
    }

    @Test
    void endsASocketThatHasNoChannelForTenMinutes() {
        var patience = new Patience(config, 0);
        patience.hadChannel(seconds(5));
        patience.heard(seconds(604));
        assertThat(patience.exhausted(seconds(604), false, NEVER_WRITING)).isEmpty();
        assertThat(patience.exhausted(seconds(605), false, NEVER_WRITING)).isEmpty();
        assertThat(patience.exhausted(seconds(605) + 1, false, NEVER_WRITING)).contains("no channel");
        assertThat(patience.exhausted(seconds(605) + 1, true, NEVER_WRITING)).isEmpty();
    }

    @Test
    void endsASocketWhoseWriteTakesFiveMinutes() {
        var patience = new Patience(config, 0);
        assertThat(patience.exhausted(1, true, seconds(299))).isEmpty();
        assertThat(patience.exhausted(1, true, seconds(300))).isEmpty();
        assertThat(patience.exhausted(1, true, seconds(300) + 1)).contains("stalled");
    }

    private static long seconds(long seconds) {
        return Duration.ofSeconds(seconds).toNanos();
    }
}
