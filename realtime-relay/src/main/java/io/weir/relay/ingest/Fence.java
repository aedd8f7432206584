package io.weir.relay.ingest;

import io.quarkus.oidc.client.OidcClient;
import io.quarkus.oidc.client.Tokens;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.smallrye.mutiny.Uni;
import io.weir.contracts.holds.FenceRefusal;
import io.weir.contracts.holds.FenceReply;
import io.weir.contracts.id.StreamId;
import jakarta.inject.Singleton;
import jakarta.ws.rs.WebApplicationException;
import java.time.Duration;
import org.eclipse.microprofile.rest.client.inject.RestClient;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Asks metering, the only judge of a producer. */
@Singleton
@RegisterForReflection(targets = FenceRefusal.class)
class Fence {
    private static final Logger LOG = Logger.getLogger(Fence.class);
    private static final Duration TIMEOUT = Duration.ofSeconds(5);

    private final MeteringHolds metering;
    private final OidcClient oidc;
    private volatile @Nullable Tokens tokens;

    Fence(@RestClient MeteringHolds metering, OidcClient oidc) {
        this.metering = metering;
        this.oidc = oidc;
    }

    /** Metering's answer. */
    sealed interface Verdict {
        /** The stream is settled, as the reply says. */
        record Settled(FenceReply reply) implements Verdict {}

        /** The gateway's lease still runs for so long. */
        record Leased(long remainingMillis) implements Verdict {}

        /** Metering knows no such stream. */
        record Unknown() implements Verdict {}

        /** No answer. */
        record Unreachable() implements Verdict {}
    }

    /** Asks about one stream. Never fails. */
    Uni<Verdict> ask(StreamId stream) {
        return token().chain(token -> metering.fence(stream.toString(), "Bearer " + token))
                .<Verdict>map(Verdict.Settled::new)
                .ifNoItem()
                .after(TIMEOUT)
                .fail()
                .onFailure()
                .recoverWithItem(failure -> refusal(stream, failure));
    }

    private Uni<String> token() {
        Tokens known = tokens;
        if (known != null && !known.isAccessTokenExpired()) {
            return Uni.createFrom().item(known.getAccessToken());
        }
        return oidc.getTokens().invoke(fresh -> tokens = fresh).map(Tokens::getAccessToken);
    }

    private Verdict refusal(StreamId stream, Throwable failure) {
        int status = failure instanceof WebApplicationException answer
                ? answer.getResponse().getStatus()
                : 0;
        LOG.debugf("fence not granted stream=%s status=%d", stream, status);
        return switch (status) {
            case 404 -> new Verdict.Unknown();
            case 409 -> leased((WebApplicationException) failure);
            case 401 -> {
                tokens = null;
                yield new Verdict.Unreachable();
            }
            default -> new Verdict.Unreachable();
        };
    }

    private static Verdict leased(WebApplicationException answer) {
        try {
            return new Verdict.Leased(
                    answer.getResponse().readEntity(FenceRefusal.class).leaseRemainingMs());
        } catch (RuntimeException e) {
            return new Verdict.Unreachable();
        }
    }
}
