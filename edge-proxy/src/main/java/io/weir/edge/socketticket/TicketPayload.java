package io.weir.edge.socketticket;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.weir.contracts.id.AccountId;
import io.weir.contracts.id.TenantId;
import io.weir.contracts.keys.KeyIdentity;
import io.weir.edge.identity.Caller;
import java.net.URI;
import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The private claim {@code weir} of a socket ticket: who opens the socket with it, and which process has issued it.
 *
 * @param tenant isolation boundary
 * @param account who pays
 * @param roles what the account may do
 * @param key the API key that asked for the ticket; absent for a person
 * @param credentialsEnd when what the ticket was asked with expires; absent: never
 * @param issuer names the process
 * @param address where other edges reach it; absent: nowhere
 */
@RegisterForReflection
@JsonInclude(JsonInclude.Include.NON_NULL)
record TicketPayload(
        TenantId tenant,
        AccountId account,
        Set<String> roles,
        @Nullable KeyIdentity key,
        @Nullable Instant credentialsEnd,
        String issuer,
        @Nullable URI address) {
    TicketPayload {
        roles = Set.copyOf(roles);
    }

    static TicketPayload of(Caller caller, String issuer, @Nullable URI address) {
        return new TicketPayload(
                caller.tenant(), caller.account(), caller.roles(), caller.key(), caller.expiresAt(), issuer, address);
    }

    /** The caller as it was; its access token stays where it was. */
    Caller caller() {
        return new Caller(tenant, account, roles, "", key, credentialsEnd);
    }
}
