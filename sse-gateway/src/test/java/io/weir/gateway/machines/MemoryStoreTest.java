package io.weir.gateway.machines;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class MemoryStoreTest extends FleetStoreRules {
    private final AtomicLong nanos = new AtomicLong();
    private final MemoryStore store = new MemoryStore(nanos::get);

    @Override
    FleetStore store() {
        return store;
    }

    @Override
    void pass(Duration time) {
        nanos.addAndGet(time.toNanos());
    }

    @Test
    void tellsWhatIsLeftOfALease() {
        done(store.put(machine("a"), Duration.ofSeconds(10), 5));
        pass(Duration.ofSeconds(4));
        assertThat(look().machines().getFirst().left()).isEqualTo(Duration.ofSeconds(6));
    }
}
