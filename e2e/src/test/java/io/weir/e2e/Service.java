package io.weir.e2e;

/** The services that the tests kill. */
enum Service {
    EDGE,
    GATEWAY,
    RELAY,
    METERING
}
