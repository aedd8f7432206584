package io.weir.bench.load;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;

/**
 * What a generator does: the first line that it reads, as JSON.
 *
 * @param kind what it speaks
 * @param port the server's port on 127.0.0.1
 * @param topics topics; subscribers are spread over them evenly
 * @param subscribers sockets
 * @param firstSource last number of the first of its source addresses 127.0.0.x
 * @param connectsPerSecond bound on new sockets a second
 * @param userTokens tokens that subscribers sign in with, in turns; empty where nobody signs in
 * @param serviceToken token of the backend that publishes; empty where it needs none
 * @param agent the agent that the generator plays
 */
public record LoadSpec(
        Kind kind,
        int port,
        int topics,
        int subscribers,
        int firstSource,
        int connectsPerSecond,
        List<String> userTokens,
        String serviceToken,
        Agent agent) {
    /** Copies the tokens. */
    public LoadSpec {
        userTokens = List.copyOf(userTokens);
        if (topics < 1 || subscribers < 1 || connectsPerSecond < 1) {
            throw new IllegalArgumentException("topics=" + topics + " subscribers=" + subscribers);
        }
    }

    /**
     * An agent that the generator plays.
     *
     * @param port where it listens; 0 where it plays none
     * @param headers what requests for its answers carry beside their token
     */
    public record Agent(int port, Map<String, String> headers) {
        /** No agent. */
        public static final Agent NONE = new Agent(0, Map.of());

        /** Copies the headers. */
        public Agent {
            headers = Map.copyOf(headers);
        }
    }

    @JsonIgnore
    InetSocketAddress server() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }
}
