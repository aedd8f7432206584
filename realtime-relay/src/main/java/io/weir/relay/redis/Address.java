package io.weir.relay.redis;

import org.jspecify.annotations.Nullable;

/**
 * A server.
 *
 * @param host name or address
 * @param port its port
 */
record Address(String host, int port) {
    /** The server that a {@code MOVED} or {@code ASK} names, in the form {@code host:port}; {@code asked} where it has no host. */
    static Address parse(String text, Address asked) {
        int colon = text.lastIndexOf(':');
        String host = text.substring(0, colon);
        return new Address(host.isEmpty() ? asked.host() : host, Integer.parseInt(text.substring(colon + 1)));
    }

    /** The server of a {@code CLUSTER SLOTS} entry. */
    static Address of(@Nullable String host, long port, Address asked) {
        return new Address(host == null || host.isEmpty() || host.equals("?") ? asked.host() : host, (int) port);
    }

    @Override
    public String toString() {
        return host + ":" + port;
    }
}
