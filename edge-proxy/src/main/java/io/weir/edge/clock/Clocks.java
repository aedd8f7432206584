package io.weir.edge.clock;

import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.InstantSource;

/** The wall clock, as a bean that tests can replace. */
final class Clocks {
    @Produces
    @Singleton
    InstantSource system() {
        return InstantSource.system();
    }
}
