package io.weir.gateway.metering;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.vertx.core.Future;
import io.weir.contracts.keys.KeyCheck;
import io.weir.contracts.keys.KeyIdentity;
import io.weir.contracts.keys.KeyScope;
import io.weir.gateway.net.Loops;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;

/** Asks metering who API keys stand for. Nothing is remembered or repeated here. */
@ApplicationScoped
@RegisterForReflection(targets = {KeyCheck.class, KeyIdentity.class, KeyScope.class})
public class KeyChecks {
    private static final int OK = 200;
    private static final int NOT_FOUND = 404;

    private final Loops loops;
    private final MeteringClient metering;

    KeyChecks(Loops loops, MeteringClient metering) {
        this.loops = loops;
        this.metering = metering;
    }

    /**
     * Who the key with this hash stands for; empty: nobody, or nobody any more. Completes on the caller's context; fails where
     * metering does not tell.
     *
     * @param sha256 lower-case hex SHA-256 of the key
     */
    public Future<Optional<KeyIdentity>> verify(String sha256) {
        return metering.post(loops.here().services(), "/v1/keys/verify", new KeyCheck(sha256))
                .compose(answer -> switch (answer.status()) {
                    case OK -> metering.read(answer, KeyIdentity.class).map(Optional::of);
                    case NOT_FOUND -> Future.succeededFuture(Optional.empty());
                    default -> Future.failedFuture("metering answered " + answer.status());
                });
    }
}
