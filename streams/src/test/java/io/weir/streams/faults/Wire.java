package io.weir.streams.faults;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A TCP connection between a service and its database that a test can cut, strand and mend. */
public final class Wire implements Closeable {
    private final int target;
    private final ServerSocket listener;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final Set<Socket> stranded = ConcurrentHashMap.newKeySet();
    private volatile boolean cut;

    /** Leads to a port of the loopback address. */
    public Wire(int target) throws IOException {
        this.target = target;
        this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::accept);
    }

    /** Where this end listens. */
    public int port() {
        return listener.getLocalPort();
    }

    /** Every connection breaks, and new ones break at once. */
    public void cut() {
        cut = true;
        sockets.forEach(Wire::quietly);
    }

    /** Nothing comes through the present connections any more, and neither end is told; new ones are sound. */
    public void strand() {
        stranded.addAll(sockets);
    }

    /** New connections are sound again. */
    public void mend() {
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
            var buffer = new byte[16 * 1024];
            for (int read = from.getInputStream().read(buffer);
                    read >= 0;
                    read = from.getInputStream().read(buffer)) {
                if (!stranded.contains(from)) {
                    to.getOutputStream().write(buffer, 0, read);
                }
            }
        } catch (IOException _) {
            // Cut, or closed by the other side.
        } finally {
            sockets.removeAll(Set.of(from, to));
            stranded.removeAll(Set.of(from, to));
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
