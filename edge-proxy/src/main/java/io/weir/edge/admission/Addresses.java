package io.weir.edge.admission;

import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.SocketAddress;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.HexFormat;

/** Where requests come from, as far as that can be charged to somebody. */
final class Addresses {
    private static final int NETWORK_BYTES = 8;

    private Addresses() {}

    /**
     * The address that a request came from; of IPv6 the first 64 bits, because one household has all the rest. Behind a
     * proxy it is the client's only if {@code quarkus.http.proxy.*} lets the proxy say so.
     */
    static String of(HttpServerRequest request) {
        SocketAddress remote = request.remoteAddress();
        String host = remote == null ? null : remote.hostAddress();
        return host == null ? "unknown" : network(host);
    }

    static String network(String host) {
        if (host.indexOf(':') < 0) {
            return host;
        }
        try {
            // A literal: nothing is looked up.
            return InetAddress.getByName(host) instanceof Inet6Address address
                    ? HexFormat.of().formatHex(address.getAddress(), 0, NETWORK_BYTES)
                    : host;
        } catch (UnknownHostException e) {
            return host;
        }
    }
}
