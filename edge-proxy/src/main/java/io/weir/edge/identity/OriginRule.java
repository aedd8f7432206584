package io.weir.edge.identity;

import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Cookies travel with requests that other pages cause, so a cookie alone counts for unsafe methods and WebSockets only if
 * the page's origin is ours or a configured one. Bearer tokens need no such rule: no page can attach them unknowingly.
 */
final class OriginRule {
    private static final Set<HttpMethod> SAFE = Set.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.OPTIONS);

    private final Set<String> allowed;

    OriginRule(Set<String> allowed) {
        this.allowed = Set.copyOf(allowed);
    }

    boolean permits(HttpServerRequest request) {
        if (SAFE.contains(request.method()) && !isUpgrade(request)) {
            return true;
        }
        String origin = request.getHeader("Origin");
        return origin != null && (origin.equals(own(request)) || allowed.contains(origin));
    }

    private static boolean isUpgrade(HttpServerRequest request) {
        String upgrade = request.getHeader("Upgrade");
        return upgrade != null && upgrade.toLowerCase(Locale.ROOT).contains("websocket");
    }

    private static @Nullable String own(HttpServerRequest request) {
        var authority = request.authority();
        return authority == null ? null : request.scheme() + "://" + authority;
    }
}
