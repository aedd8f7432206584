package io.weir.streams.life;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.contracts.stream.EndReason;
import io.weir.contracts.stream.Totals;
import io.weir.contracts.stream.UsageSource;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class StreamStateTest {
    private static final EndReason REASON = EndReason.COMPLETED;

    static Stream<StreamState> states() {
        return Stream.of(
                new StreamState.Reserved(),
                new StreamState.Claimed(3),
                new StreamState.Producing(3),
                new StreamState.Ending(3, REASON),
                new StreamState.Closing(3, REASON, Totals.ZERO, UsageSource.COUNTED, false, false),
                new StreamState.Closed(REASON));
    }

    @ParameterizedTest
    @MethodSource("states")
    void movesOnlyAsDrawn(StreamState state) {
        StreamState next =
                switch (state) {
                    case StreamState.Reserved reserved -> reserved.claimed(3);
                    case StreamState.Claimed claimed -> claimed.producing();
                    case StreamState.Producing producing -> producing.end(REASON);
                    case StreamState.Ending ending -> ending.close(Totals.ZERO, UsageSource.COUNTED);
                    case StreamState.Closing closing ->
                        closing.withLogged().withSettled().closed();
                    case StreamState.Closed closed -> closed;
                };
        assertThat(next).isIn(states().toList());
        assertThat(state.epoch()).isEqualTo(owned(state) ? 3 : 0);
    }

    @Test
    void permitsTheStatesThatAreTested() {
        assertThat(states().map(StreamState::getClass)).hasSameSizeAs(StreamState.class.getPermittedSubclasses());
    }

    @Test
    void closesWhenLoggedAndSettled() {
        var closing = new StreamState.Ending(3, REASON).close(Totals.ZERO, UsageSource.COUNTED);
        assertThat(closing.done()).isFalse();
        assertThat(closing.withLogged().done()).isFalse();
        assertThat(closing.withSettled().done()).isFalse();
        assertThat(closing.withSettled().withLogged().done()).isTrue();
    }

    private static boolean owned(StreamState state) {
        return !(state instanceof StreamState.Reserved) && !(state instanceof StreamState.Closed);
    }
}
