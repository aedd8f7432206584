package io.weir.relay;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A TCP connection between the service and its database that a test can cut and mend. */
final class Wire implements Closeable {
    private final int target;
    private final ServerSocket listener;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private volatile boolean cut;

    Wire(int target) throws IOException {
        this.target = target;
        this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::accept);
    }

    int port() {
        return listener.getLocalPort();
    }

    /** Every connection breaks, and new ones break at once. */
    void cut() {
        cut = true;
        sockets.forEach(Wire::quietly);
    }

    void mend() {
        cut = false;
    }

    @Override
    public void close() throws IOException {
        listener.close();
        sockets.forEach(Wire::quietly);
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                var near = listener.accept();
                if (cut) {
                    quietly(near);
                    continue;
                }
                var far = new Socket(InetAddress.getLoopbackAddress(), target);
                sockets.add(near);
                sockets.add(far);
                Thread.ofVirtual().start(() -> pump(near, far));
                Thread.ofVirtual().start(() -> pump(far, near));
            } catch (IOException _) {
                // The listener was closed, or the database is gone: the loop condition tells.
            }
        }
    }

    private void pump(Socket from, Socket to) {
        try (from;
                to) {
            from.getInputStream().transferTo(to.getOutputStream());
        } catch (IOException _) {
            // Cut, or closed by the other side.
        } finally {
            sockets.remove(from);
            sockets.remove(to);
        }
    }

    private static void quietly(Socket socket) {
        try {
            socket.close();
        } catch (IOException _) {
            // It is closed either way.
        }
    }
}
