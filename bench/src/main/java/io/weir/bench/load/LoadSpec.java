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
 * @param firstTopic number of the first topic
 * @param topics topics; subscribers are spread over them evenly
 * @param subscribers sockets
 * @param firstSource last number of the first of its source addresses 127.0.0.x
 * @param connectsPerSecond bound on new sockets a second
 * @param userTokens tokens that subscribers sign in with, in turns; empty where nobody signs in
 * @param serviceToken token of the backend that publishes; empty where it needs none
 * @param agentPort where an agent listens that the generator plays; 0 where it plays none
 * @param headers what requests carry besides
 */
public record LoadSpec(
        Kind kind,
        int port,
        int firstTopic,
        int topics,
        int subscribers,
        int firstSource,
        int connectsPerSecond,
        List<String> userTokens,
        String serviceToken,
        int agentPort,
        Map<String, String> headers) {
    /** Copies the tokens and headers. */
    public LoadSpec {
        userTokens = List.copyOf(userTokens);
        headers = Map.copyOf(headers);
        if (topics < 1 || subscribers < 1 || connectsPerSecond < 1) {
            throw new IllegalArgumentException("topics=" + topics + " subscribers=" + subscribers);
        }
    }

    /** The same on other topics. */
    public LoadSpec onTopicsFrom(int first) {
        return new LoadSpec(
                kind,
                port,
                first,
                topics,
                subscribers,
                firstSource,
                connectsPerSecond,
                userTokens,
                serviceToken,
                agentPort,
                headers);
    }

    @JsonIgnore
    InetSocketAddress server() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }
}
