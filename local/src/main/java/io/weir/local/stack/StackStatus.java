package io.weir.local.stack;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.util.EnumMap;
import java.util.Map;

/** Asks the parts of a stack that runs elsewhere how they are. */
public final class StackStatus {
    private static final int CONNECT_MILLIS = 1_000;

    private final HttpClient http;

    /** Asks with that client. */
    public StackStatus(HttpClient http) {
        this.http = http;
    }

    /** One word for each part: {@code up} or {@code down}. */
    public Map<Part, String> of(StackFile stack) throws InterruptedException {
        var states = new EnumMap<Part, String>(Part.class);
        for (Part part : Part.values()) {
            if (stack.urls().containsKey(part)) {
                states.put(part, isUp(part, stack.url(part)) ? "up" : "down");
            }
        }
        return states;
    }

    private boolean isUp(Part part, String url) throws InterruptedException {
        if (part == Part.POSTGRES) {
            URI address = URI.create(url);
            try (var socket = new Socket()) {
                socket.connect(new InetSocketAddress(address.getHost(), address.getPort()), CONNECT_MILLIS);
                return true;
            } catch (IOException _) {
                return false;
            }
        }
        return new HealthProbe(http, url + Wiring.healthPath(part)).isUp();
    }
}
