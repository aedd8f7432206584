package io.weir.metering.audit;

import io.quarkus.oidc.client.OidcClient;
import io.quarkus.oidc.client.Tokens;
import io.smallrye.mutiny.Uni;
import io.weir.contracts.id.StreamId;
import io.weir.contracts.stream.TotalsPage;
import io.weir.metering.settings.MeteringSettings;
import jakarta.inject.Singleton;
import jakarta.ws.rs.WebApplicationException;
import java.time.Duration;
import java.time.Instant;
import org.eclipse.microprofile.rest.client.inject.RestClient;
import org.jspecify.annotations.Nullable;

/** Asks the relay what its closed logs counted. */
@Singleton
class ClosedLogs {
    /** Also where it is no answer that is late but the token. */
    private static final Duration TIMEOUT = Duration.ofSeconds(8);

    private final RelayTotals relay;
    private final OidcClient oidc;
    private final boolean configured;
    private volatile @Nullable Tokens tokens;

    ClosedLogs(@RestClient RelayTotals relay, OidcClient oidc, MeteringSettings settings) {
        this.relay = relay;
        this.oidc = oidc;
        this.configured = settings.relayUrl().isPresent();
    }

    /** What the relay says. */
    sealed interface Answer {
        /** One page of it. */
        record Page(TotalsPage page) implements Answer {}

        /** Nothing, for this reason. */
        record None(String reason) implements Answer {}
    }

    /** One page, youngest stream first. Never fails. */
    Uni<Answer> page(Instant from, Instant to, @Nullable StreamId before, int limit) {
        if (!configured) {
            return Uni.createFrom().item(new Answer.None("no relay is configured (weir.metering.relay-url)"));
        }
        String cursor = before == null ? null : before.toString();
        return token().chain(token -> relay.page(from.toString(), to.toString(), cursor, limit, "Bearer " + token))
                .<Answer>map(Answer.Page::new)
                .ifNoItem()
                .after(TIMEOUT)
                .fail()
                .onFailure()
                .recoverWithItem(this::none);
    }

    private Uni<String> token() {
        Tokens known = tokens;
        if (known != null && !known.isAccessTokenExpired()) {
            return Uni.createFrom().item(known.getAccessToken());
        }
        return oidc.getTokens().invoke(fresh -> tokens = fresh).map(Tokens::getAccessToken);
    }

    private Answer none(Throwable failure) {
        if (failure instanceof WebApplicationException answer) {
            int status = answer.getResponse().getStatus();
            if (status == 401) {
                tokens = null;
            }
            return new Answer.None("the relay answered " + status);
        }
        return new Answer.None("the relay cannot be reached");
    }
}
