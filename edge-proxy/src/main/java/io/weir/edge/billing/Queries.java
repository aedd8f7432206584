package io.weir.edge.billing;

import io.vertx.core.http.HttpServerRequest;
import io.weir.contracts.id.AccountId;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.stream.Collectors;

/** Query strings on their way to metering. */
final class Queries {
    private static final String ACCOUNT = "account";

    private Queries() {}

    /** What was asked, of this account and no other. */
    static String ofAccount(HttpServerRequest request, AccountId account) {
        String rest = without(request, ACCOUNT);
        return "?" + ACCOUNT + "=" + encoded(account.value()) + rest.replaceFirst("^\\?", "&");
    }

    /** What was asked but for one parameter. */
    static String without(HttpServerRequest request, String parameter) {
        String kept = request.params().entries().stream()
                // Path parameters come in between, under names that no query of ours uses.
                .filter(entry -> !entry.getKey().equals(parameter) && asked(request, entry.getKey()))
                .map(entry -> encoded(entry.getKey()) + "=" + encoded(entry.getValue()))
                .collect(Collectors.joining("&"));
        return kept.isEmpty() ? "" : "?" + kept;
    }

    static String whole(HttpServerRequest request) {
        String query = request.query();
        return query == null || query.isEmpty() ? "" : "?" + query;
    }

    static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private static boolean asked(HttpServerRequest request, String name) {
        return ("&" + request.query()).contains("&" + encoded(name));
    }
}
