package io.weir.edge.relayproxy;

import io.vertx.core.net.NetSocket;

/**
 * Joins two sockets: bytes of one go to the other, and whichever closes first closes both. A slow end stops the other from
 * being read, so nothing piles up here. Event loop of the two sockets.
 */
final class Tunnel {
    private final NetSocket near;
    private final NetSocket far;
    private final Runnable over;

    /**
     * A tunnel that is not yet open.
     *
     * @param over is told when the near end has closed
     */
    Tunnel(NetSocket near, NetSocket far, int maxQueuedBytes, Runnable over) {
        this.near = near;
        this.far = far;
        this.over = over;
        near.setWriteQueueMaxSize(maxQueuedBytes);
        far.setWriteQueueMaxSize(maxQueuedBytes);
    }

    void start() {
        join(near, far);
        join(far, near);
        near.closeHandler(_ -> {
            over.run();
            far.close();
        });
        far.closeHandler(_ -> near.close());
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
    }
}
