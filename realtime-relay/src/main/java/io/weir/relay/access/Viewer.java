package io.weir.relay.access;

import io.weir.contracts.id.AccountId;
import io.weir.contracts.id.TenantId;
import java.time.Instant;
import java.util.Set;

/**
 * Who stands behind a verified token: a person, or a service.
 *
 * @param tenant isolation boundary
 * @param account the account claim, {@code sub}
 * @param roles roles of the person
 * @param workspaces workspaces that the person belongs to
 * @param cameras cameras that the caller may publish for
 * @param scopes scopes of a service's token
 * @param expiresAt when the token ends
 */
public record Viewer(
        TenantId tenant,
        AccountId account,
        Set<String> roles,
        Set<String> workspaces,
        Set<String> cameras,
        Set<String> scopes,
        Instant expiresAt) {
    public Viewer {
        roles = Set.copyOf(roles);
        workspaces = Set.copyOf(workspaces);
        cameras = Set.copyOf(cameras);
        scopes = Set.copyOf(scopes);
    }

    /** True for a service whose token carries {@code scope}. */
    public boolean may(String scope) {
        return scopes.contains(scope);
    }
}
