package io.weir.e2e;

import io.weir.local.stack.Part;

/** The services that the tests kill, and start again in this order. */
enum Service {
    METERING(Part.METERING),
    RELAY(Part.RELAY),
    GATEWAY(Part.GATEWAY),
    EDGE(Part.EDGE);

    private final Part part;

    Service(Part part) {
        this.part = part;
    }

    Part part() {
        return part;
    }
}
