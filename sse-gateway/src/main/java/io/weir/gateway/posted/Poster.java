package io.weir.gateway.posted;

import io.weir.contracts.id.AccountId;
import io.weir.contracts.id.TenantId;
import java.time.Instant;
import java.util.Set;

/**
 * Who posts, from a verified token.
 *
 * @param tenant isolation boundary
 * @param account who pays
 * @param roles what the account may do
 * @param workspaces of which it is a member
 * @param expiresAt until when the token opens and feeds streams; what is under way then goes on
 */
record Poster(TenantId tenant, AccountId account, Set<String> roles, Set<String> workspaces, Instant expiresAt) {
    private static final TenantId DEFAULT_TENANT = new TenantId("default");
    private static final String SEPARATOR = "::";
    private static final String WORKER = "worker";

    Poster {
        roles = Set.copyOf(roles);
        workspaces = Set.copyOf(workspaces);
        if (tenant.value().contains(SEPARATOR) || tenant.value().endsWith(":")) {
            throw new IllegalArgumentException("a tenant must not contain " + SEPARATOR + " or end with a colon");
        }
    }

    static TenantId defaultTenant() {
        return DEFAULT_TENANT;
    }

    /** The account's name at metering, which knows no tenants. Two different accounts never share one. */
    AccountId payer() {
        boolean plain = tenant.equals(DEFAULT_TENANT) && !account.value().contains(SEPARATOR);
        return plain ? account : new AccountId(tenant + SEPARATOR + account);
    }

    boolean isMember(String workspace) {
        return workspaces.contains(workspace) || roles.contains(WORKER);
    }

    boolean is(Poster other) {
        return tenant.equals(other.tenant) && account.equals(other.account);
    }
}
