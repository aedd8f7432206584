package io.weir.edge.relayproxy;

import io.vertx.core.net.NetSocket;

/**
 * Joins two sockets: bytes of one go to the other, and whichever closes first closes both. A slow end stops the other from
 * being read, so nothing piles up here. Event loop of the two sockets.
 */
final class Tunnel {
    private final NetSocket near;
    private final NetSocket far;

    Tunnel(NetSocket near, NetSocket far, int maxQueuedBytes) {
        this.near = near;
        this.far = far;
        near.setWriteQueueMaxSize(maxQueuedBytes);
        far.setWriteQueueMaxSize(maxQueuedBytes);
    }

    void start() {
        join(near, far);
        join(far, near);
        near.resume();
        far.resume();
    }

    private static void join(NetSocket from, NetSocket to) {
        from.handler(chunk -> {
            to.write(chunk);
            if (to.writeQueueFull()) {
                from.pause();
                to.drainHandler(_ -> from.resume());
            }
        });
        from.exceptionHandler(_ -> from.close());
        from.closeHandler(_ -> to.close());
    }
}
