package io.weir.relay.reading;

import io.vertx.core.Vertx;
import jakarta.inject.Singleton;

/** What a reader needs beside the stream: timers, and a place in the list of readers. */
@Singleton
class Surroundings {
    private final Vertx vertx;
    private final Readers readers;

    Surroundings(Vertx vertx, Readers readers) {
        this.vertx = vertx;
        this.readers = readers;
    }

    Vertx vertx() {
        return vertx;
    }

    Readers readers() {
        return readers;
    }
}
