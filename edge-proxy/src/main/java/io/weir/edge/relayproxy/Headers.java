package io.weir.edge.relayproxy;

import io.vertx.core.MultiMap;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;

/** Which headers pass the proxy (RFC 9110 §7.6.1), and that our own cookie and service headers do not. */
final class Headers {
    private static final Set<String> HOP_BY_HOP = Set.of(
            "connection",
            "keep-alive",
            "proxy-connection",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade",
            "content-length");
    /** Ours: what they say must come from this service, never from outside. */
    private static final Set<String> OURS = Set.of("cookie", "host", "weir-tenant", "weir-account", "weir-ticket");

    private Headers() {}

    /** Headers of a request on its way to the relay. */
    static MultiMap forward(MultiMap headers, boolean upgrade) {
        Set<String> dropped = hopByHop(headers);
        dropped.addAll(OURS);
        MultiMap passed = kept(headers, dropped);
        if (upgrade) {
            passed.set("Connection", "Upgrade").set("Upgrade", "websocket");
        }
        return passed;
    }

    /** Headers of a response on its way back; the cookies of this origin are ours alone. */
    static MultiMap backward(MultiMap headers) {
        Set<String> dropped = hopByHop(headers);
        dropped.add("set-cookie");
        return kept(headers, dropped);
    }

    /** Headers of a response that switches protocols. */
    static MultiMap switching(MultiMap headers) {
        return kept(headers, Set.of("set-cookie", "content-length", "transfer-encoding"));
    }

    private static MultiMap kept(MultiMap headers, Set<String> dropped) {
        var passed = MultiMap.caseInsensitiveMultiMap();
        headers.forEach((name, value) -> {
            if (!dropped.contains(lower(name))) {
                passed.add(name, value);
            }
        });
        return passed;
    }

    private static Set<String> hopByHop(MultiMap headers) {
        var names = new HashSet<>(HOP_BY_HOP);
        headers.getAll("Connection").stream()
                .flatMap(value -> Arrays.stream(value.split(",")))
                .forEach(name -> names.add(lower(name.strip())));
        return names;
    }

    private static String lower(String name) {
        return name.toLowerCase(Locale.ROOT);
    }
}
