package io.weir.relay.phoenix;

import io.quarkus.websockets.next.HttpUpgradeCheck;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpServerRequest;
import io.weir.contracts.id.TenantId;
import io.weir.relay.access.ApiKeys;
import io.weir.relay.access.Bearer;
import io.weir.relay.access.TokenVerifier;
import io.weir.relay.access.Verification;
import io.weir.relay.access.Verification.Rejected;
import io.weir.relay.access.Verification.Verified;
import io.weir.relay.access.Viewer;
import jakarta.inject.Singleton;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Judges the upgrade of a socket. The API key is an opaque one, which names a tenant, or a user's token. A token in
 * {@code Authorization} makes its user the socket's own identity, for joins that bring none. A refusal is a status and
 * {@code {"error": text}}.
 */
@Singleton
class UpgradeCheck implements HttpUpgradeCheck {
    static final String ENDPOINT = "phoenix";

    private static final int BAD_REQUEST = 400;
    private static final int UNAUTHORIZED = 401;
    private static final String EXPIRED = "Token has expired";

    private final ApiKeys keys;
    private final TokenVerifier verifier;

    UpgradeCheck(ApiKeys keys, TokenVerifier verifier) {
        this.keys = keys;
        this.verifier = verifier;
    }

    @Override
    public boolean appliesTo(String endpointId) {
        return endpointId.equals(ENDPOINT);
    }

    @Override
    public Uni<CheckResult> perform(HttpUpgradeContext context) {
        HttpServerRequest request = context.httpRequest();
        Optional<Vsn> vsn = Vsn.of(request.getParam("vsn"));
        if (vsn.isEmpty()) {
            return refuse(request, BAD_REQUEST, "Unsupported vsn");
        }
        String header = request.getHeader("x-api-key");
        String key = header == null ? request.getParam("apikey") : header;
        if (key == null || key.isEmpty()) {
            return refuse(request, UNAUTHORIZED, "API key is missing");
        }
        String bearer = Bearer.of(request.getHeader("Authorization"))
                .filter(token -> !keys.isKey(token))
                .orElse(null);
        Optional<TenantId> tenant = keys.tenantOf(key);
        String token = tenant.isPresent() ? bearer : bearer == null ? key : bearer;
        if (token == null) {
            return permit(context, vsn.get(), tenant.orElseThrow(), null);
        }
        return verifier.verify(token).chain(verification -> judge(context, vsn.get(), tenant, verification));
    }

    /** A bad token beside a good key leaves the socket without an identity of its own; joins may bring one. */
    private static Uni<CheckResult> judge(
            HttpUpgradeContext context, Vsn vsn, Optional<TenantId> tenant, Verification verification) {
        return switch (verification) {
            case Verified(Viewer viewer) -> {
                TenantId place = tenant.orElse(viewer.tenant());
                yield permit(context, vsn, place, place.equals(viewer.tenant()) ? viewer : null);
            }
            case Rejected rejected ->
                tenant.isPresent()
                        ? permit(context, vsn, tenant.get(), null)
                        : refuse(context.httpRequest(), UNAUTHORIZED, text(rejected));
        };
    }

    /** Here the protocol does not say since when. */
    private static String text(Rejected rejected) {
        return rejected.message().startsWith(EXPIRED) ? EXPIRED : rejected.message();
    }

    /**
     * Answers the request itself, because a rejection by the framework has no body; the check then never ends, so the
     * framework does not answer a second time.
     */
    static Uni<CheckResult> refuse(HttpServerRequest request, int status, String error) {
        request.response()
                .setStatusCode(status)
                .putHeader("Content-Type", "application/json")
                .end(FrameEncoder.object("error", error));
        return Uni.createFrom().nothing();
    }

    private static Uni<CheckResult> permit(
            HttpUpgradeContext context, Vsn vsn, TenantId tenant, @Nullable Viewer viewer) {
        SocketWire.note(context.httpRequest(), context.userData());
        UpgradeLeftovers.strip(context.httpRequest());
        context.userData().put(PhoenixSockets.HANDSHAKE, new Handshake(vsn, tenant, viewer));
        return CheckResult.permitUpgrade();
    }
}
