package io.weir.relay.cameras;

import io.quarkus.websockets.next.HttpUpgradeCheck;
import io.quarkus.websockets.next.UserData.TypedKey;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpServerRequest;
import io.weir.relay.access.Bearer;
import io.weir.relay.access.TokenVerifier;
import io.weir.relay.access.TopicAccess;
import io.weir.relay.access.TopicAccess.Granted;
import io.weir.relay.access.TopicKey;
import io.weir.relay.access.TopicTable;
import io.weir.relay.access.Verification;
import io.weir.relay.access.Verification.Verified;
import io.weir.relay.access.Viewer;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Judges the upgrade of a camera's or a viewer's socket. The token comes as bearer, as subprotocol
 * {@code weir.bearer.<jwt>}, or as parameter {@code token}.
 */
@Singleton
class CameraUpgradeCheck implements HttpUpgradeCheck {
    static final String ENDPOINT = "camera";
    static final TypedKey<Pass> PASS = new TypedKey<>("weir.camera");
    static final String PATH = "/ws/stream/";

    private static final String SUBPROTOCOL = "weir.bearer.";
    private static final int UNAUTHORIZED = 401;
    private static final int FORBIDDEN = 403;
    private static final int NOT_FOUND = 404;

    private final TokenVerifier verifier;
    private final TopicTable table;

    CameraUpgradeCheck(TokenVerifier verifier, TopicTable table) {
        this.verifier = verifier;
        this.table = table;
    }

    /**
     * What a connection is for.
     *
     * @param camera the camera
     * @param key its topic
     * @param publishes true for the camera itself, false for a viewer
     * @param binary true for a viewer that wants binary messages
     * @param expiresAt when its right ends
     */
    record Pass(CameraId camera, TopicKey key, boolean publishes, boolean binary, Instant expiresAt) {}

    @Override
    public boolean appliesTo(String endpointId) {
        return endpointId.equals(ENDPOINT);
    }

    @Override
    public Uni<CheckResult> perform(HttpUpgradeContext context) {
        HttpServerRequest request = context.httpRequest();
        Optional<CameraId> camera = CameraId.of(request.path().substring(PATH.length()));
        if (camera.isEmpty()) {
            return CheckResult.rejectUpgrade(NOT_FOUND);
        }
        String token = token(request);
        if (token == null) {
            return CheckResult.rejectUpgrade(UNAUTHORIZED);
        }
        return verifier.verify(token).map(verification -> judge(context, camera.get(), verification));
    }

    private CheckResult judge(HttpUpgradeContext context, CameraId camera, Verification verification) {
        if (!(verification instanceof Verified(Viewer viewer))) {
            return CheckResult.rejectUpgradeSync(UNAUTHORIZED);
        }
        TopicAccess access = table.access(viewer, camera.topic(), true);
        if (!(access instanceof Granted granted)) {
            return CheckResult.rejectUpgradeSync(FORBIDDEN);
        }
        boolean binary = "binary".equals(context.httpRequest().getParam("format"));
        context.userData().put(PASS, new Pass(camera, granted.key(), granted.write(), binary, viewer.expiresAt()));
        return CheckResult.permitUpgradeSync();
    }

    private static @Nullable String token(HttpServerRequest request) {
        String offered = request.getHeader("Sec-WebSocket-Protocol");
        return Bearer.of(request.getHeader("Authorization"))
                .or(() -> Optional.ofNullable(offered).flatMap(CameraUpgradeCheck::subprotocol))
                .orElseGet(() -> request.getParam("token"));
    }

    private static Optional<String> subprotocol(String offered) {
        return Arrays.stream(offered.split(","))
                .map(String::strip)
                .filter(protocol -> protocol.startsWith(SUBPROTOCOL))
                .map(protocol -> protocol.substring(SUBPROTOCOL.length()))
                .findFirst();
    }
}
