package io.weir.local.stack;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;

/** Which part listens where. */
final class Ports {
    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();
    private static final int FIRST_FREE = 20_000;
    private static final int LAST_FREE = 32_000;
    private static final int TRIES = 100;

    private final Map<Part, Integer> numbers;

    private Ports(Map<Part, Integer> numbers) {
        this.numbers = numbers;
    }

    /** The given ports, a free one where 0 is given, the default where nothing is. */
    static Ports of(Map<Part, Integer> given) throws IOException {
        var numbers = new EnumMap<Part, Integer>(Part.class);
        var held = new ArrayList<ServerSocket>();
        try {
            for (Part part : Part.values()) {
                int wanted = given.getOrDefault(part, part.defaultPort());
                if (wanted == 0) {
                    ServerSocket socket = free();
                    held.add(socket);
                    wanted = socket.getLocalPort();
                }
                numbers.put(part, wanted);
            }
            return new Ports(numbers);
        } finally {
            for (ServerSocket socket : held) {
                socket.close();
            }
        }
    }

    /**
     * Listens on a free port below those that systems give to outgoing connections: one of them could take it while its
     * part is away.
     */
    private static ServerSocket free() throws IOException {
        for (int i = 0; i < TRIES; i++) {
            try {
                return new ServerSocket(ThreadLocalRandom.current().nextInt(FIRST_FREE, LAST_FREE), 1, LOOPBACK);
            } catch (IOException _) {
                // Somebody listens there: another one.
            }
        }
        return new ServerSocket(0, 1, LOOPBACK);
    }

    int of(Part part) {
        return numbers.getOrDefault(part, 0);
    }

    /** Fails with a message that names each port that another program has, and what to do. */
    void checkFree(List<Part> parts) throws StackException {
        var taken = new ArrayList<String>();
        for (Part part : parts) {
            if (!isFree(of(part))) {
                taken.add("Port %d (%s) is taken by another program.".formatted(of(part), part.title())
                        + PortOwner.of(of(part))
                                .map(owner -> " It is " + owner + ".")
                                .orElse(""));
            }
        }
        if (!taken.isEmpty()) {
            throw new StackException(String.join("\n", taken)
                    + "\nStop it, or start on another port: ./weir up --ports "
                    + parts.stream()
                            .filter(part -> !isFree(of(part)))
                            .map(part -> part.title() + "=" + (of(part) + 1000))
                            .reduce((left, right) -> left + "," + right)
                            .orElse(""));
        }
    }

    private static boolean isFree(int port) {
        try (var socket = new ServerSocket()) {
            // As servers do, so that connections of a moment ago do not count.
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(LOOPBACK, port));
            return true;
        } catch (IOException _) {
            return false;
        }
    }
}
