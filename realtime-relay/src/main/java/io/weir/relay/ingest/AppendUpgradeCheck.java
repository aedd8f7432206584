package io.weir.relay.ingest;

import io.quarkus.websockets.next.HttpUpgradeCheck;
import io.smallrye.mutiny.Uni;
import io.weir.relay.access.Bearer;
import io.weir.relay.access.TokenVerifier;
import io.weir.relay.access.Verification;
import io.weir.relay.access.Verification.Verified;
import io.weir.relay.access.Viewer;
import io.weir.streams.append.AppendFeature;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Lets services in whose token has the scope {@code append}. */
@Singleton
class AppendUpgradeCheck implements HttpUpgradeCheck {
    private static final String SCOPE = "append";
    private static final int UNAUTHORIZED = 401;
    private static final int FORBIDDEN = 403;

    /** What this relay knows beside what all know. */
    private static final Map<String, List<String>> FEATURES = Map.of(
            AppendFeature.HEADER, List.of(AppendFeature.header(Set.of(AppendFeature.USAGE, AppendFeature.BATCHES))));

    private final TokenVerifier verifier;

    AppendUpgradeCheck(TokenVerifier verifier) {
        this.verifier = verifier;
    }

    @Override
    public boolean appliesTo(String endpointId) {
        return endpointId.equals(AppendEndpoint.ID);
    }

    @Override
    public Uni<CheckResult> perform(HttpUpgradeContext context) {
        return Bearer.of(context.httpRequest().getHeader("Authorization"))
                .map(token -> verifier.verify(token).map(AppendUpgradeCheck::judge))
                .orElseGet(() -> CheckResult.rejectUpgrade(UNAUTHORIZED));
    }

    private static CheckResult judge(Verification verification) {
        if (!(verification instanceof Verified(Viewer viewer))) {
            return CheckResult.rejectUpgradeSync(UNAUTHORIZED);
        }
        return viewer.may(SCOPE) ? CheckResult.permitUpgradeSync(FEATURES) : CheckResult.rejectUpgradeSync(FORBIDDEN);
    }
}
