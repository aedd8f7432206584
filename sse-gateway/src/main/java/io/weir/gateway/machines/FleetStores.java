package io.weir.gateway.machines;

import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

/** The store of this process. */
final class FleetStores {
    private FleetStores() {}

    @Produces
    @Singleton
    static FleetStore store() {
        return new MemoryStore(System::nanoTime);
    }
}
