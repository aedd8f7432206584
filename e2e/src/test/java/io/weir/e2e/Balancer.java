package io.weir.e2e;

import io.weir.streams.faults.LastingPort;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * One address for several replicas, as a load balancer gives it: each connection goes to the next replica that passes its
 * probes, or to the one after it where that refuses. Connections that are open stay where they are.
 */
final class Balancer implements AutoCloseable {
    private static final Duration PROBE_EVERY = Duration.ofMillis(250);
    private static final Duration PROBE = Duration.ofSeconds(1);
    private static final int FAILURES = 2;
    private static final int CONNECT_MILLIS = 1_000;
    private static final int BACKLOG = 256;

    private final ServerSocket listener;
    private final List<Replica> replicas;
    private final AtomicInteger turn = new AtomicInteger();
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(PROBE).build();

    /** For these replicas, by their base URLs. */
    Balancer(List<URI> urls) {
        this.replicas = urls.stream().map(Replica::new).toList();
        try {
            this.listener = new ServerSocket(LastingPort.find(), BACKLOG, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread.ofVirtual().name("balancer").start(this::accept);
        for (Replica replica : replicas) {
            Thread.ofVirtual().name("balancer probe").start(() -> probe(replica));
        }
    }

    private static final class Replica {
        private final URI url;
        private int failures;
        private volatile boolean fit = true;

        Replica(URI url) {
            this.url = url;
        }

        InetSocketAddress address() {
            return new InetSocketAddress(InetAddress.getLoopbackAddress(), url.getPort());
        }

        /** Called by the one thread that probes it. */
        void probed(boolean passed) {
            failures = passed ? 0 : failures + 1;
            fit = failures < FAILURES;
        }
    }

    URI url() {
        return URI.create("http://127.0.0.1:" + listener.getLocalPort());
    }

    /** Connections that are open now. */
    int connections() {
        return sockets.size() / 2;
    }

    private void probe(Replica replica) {
        HttpRequest request = HttpRequest.newBuilder(replica.url.resolve("/q/health/ready"))
                .timeout(PROBE)
                .build();
        try {
            while (!listener.isClosed()) {
                try {
                    replica.probed(http.send(request, BodyHandlers.discarding()).statusCode() == 200);
                } catch (IOException _) {
                    replica.probed(false);
                }
                Thread.sleep(PROBE_EVERY);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket near = listener.accept();
                Thread.ofVirtual().start(() -> carry(near));
            } catch (IOException _) {
                // Closed: the loop condition tells.
            }
        }
    }

    private void carry(Socket near) {
        try (near;
                Socket far = connect()) {
            near.setTcpNoDelay(true);
            far.setTcpNoDelay(true);
            sockets.add(near);
            sockets.add(far);
            Thread back = Thread.ofVirtual().start(() -> pump(far, near));
            pump(near, far);
            back.join();
        } catch (IOException _) {
            // No replica is there, or one end is gone: both are closed now.
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } finally {
            sockets.remove(near);
            sockets.removeIf(Socket::isClosed);
        }
    }

    private Socket connect() throws IOException {
        int first = turn.getAndIncrement();
        var inOrder = new ArrayList<Replica>();
        for (int i = 0; i < replicas.size(); i++) {
            inOrder.add(replicas.get(Math.floorMod(first + i, replicas.size())));
        }
        inOrder.sort((left, right) -> Boolean.compare(right.fit, left.fit));
        for (Replica replica : inOrder) {
            var socket = new Socket();
            try {
                socket.connect(replica.address(), CONNECT_MILLIS);
                return socket;
            } catch (IOException _) {
                socket.close();
            }
        }
        throw new IOException("no replica is there");
    }

    /** Until the sender ends; an end is passed on, a break closes both. */
    private static void pump(Socket from, Socket to) {
        try {
            from.getInputStream().transferTo(to.getOutputStream());
            to.shutdownOutput();
        } catch (IOException _) {
            quietly(from);
            quietly(to);
        }
    }

    private static void quietly(Socket socket) {
        try {
            socket.close();
        } catch (IOException _) {
            // It is closed either way.
        }
    }

    @Override
    public void close() {
        try {
            listener.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        sockets.forEach(Balancer::quietly);
        http.shutdownNow();
    }
}
